// Fills in what an example needs from earlier answers, so that it runs without edits.
"use strict";

const OF_POLICE = /\b(placeEvents|reports|takeAction)\b/;
const RUN_FIRST = {
  receipt: "Run the example Report first: its receipt is filled in here.",
  subject: "Run the example Waiting first: the newest report is filled in here.",
};

// Wraps a fetcher. `askForToken` is called once, when an officer's token is needed.
function fillingFetcher(fetcher, askForToken) {
  const known = {};

  function remember(answer) {
    const { submitReport, reports, placeEvents } = answer?.data ?? {};
    known.receipt = submitReport?.receipt ?? known.receipt;
    const seen = reports?.edges?.[0]?.node ?? placeEvents?.report ?? placeEvents?.alert;
    known.subject = seen?.id ?? known.subject;
  }

  function fill(values, name) {
    values[name] ??= known[name];
    if (values[name] === undefined) throw new Error(RUN_FIRST[name]);
  }

  function filled({ query, variables, ...more }) {
    const given = { ...variables };
    if (/\$receipt: String!/.test(query)) fill(given, "receipt");
    if (given.input) given.input = { ...given.input };
    if (/\$input: TakeActionInput!/.test(query)) fill((given.input ??= {}), "subject");
    // A key that was sent before would return the earlier answer.
    if (given.input?.idempotencyKey) given.input.idempotencyKey = newKey();
    return { ...more, query, variables: given };
  }

  function signedIn(query, headers = {}) {
    if (!OF_POLICE.test(query) || headers.Authorization) return headers;
    known.token ??= askForToken();
    return known.token ? { ...headers, Authorization: `Bearer ${known.token}` } : headers;
  }

  return async (params, options) => {
    const headers = signedIn(params.query, options?.headers);
    const answer = await fetcher(filled(params), { ...options, headers });
    if (!answer?.[Symbol.asyncIterator]) {
      remember(answer);
      return answer;
    }
    // Not a generator: it could not be ended while it waits for the next event.
    const events = answer[Symbol.asyncIterator]();
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        const event = await events.next();
        remember(event.value);
        return event;
      },
      return: (value) => events.return?.(value),
      throw: (error) => events.throw?.(error),
    };
  };
}
