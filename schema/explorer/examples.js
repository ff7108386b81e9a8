// Runnable examples, from a citizen's first query to an officer's action.
"use strict";

// 128 random bits. `crypto.randomUUID` exists only on HTTPS and localhost.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The first and the last day of the month before this one.
function lastMonth(now = new Date()) {
  const day = (month, date) => new Date(Date.UTC(now.getUTCFullYear(), month, date));
  const text = (date) => date.toISOString().slice(0, 10);
  return { from: text(day(now.getUTCMonth() - 1, 1)), to: text(day(now.getUTCMonth(), 0)) };
}

function citizenSafetyExamples() {
  const variables = (value) => JSON.stringify(value, null, 2);
  return [
    {
      query: `# Which city covers a position, and what does it offer?
query WhichCity {
  cityAt(position: {latitude: 21.2447, longitude: 81.645}) {
    ... on City {
      path
      name(language: "hi")
      deployment
      features
      emergencyNumbers { kind number name(language: "hi") }
      reportCategories {
        code
        name
        questions { code name required datatype options { code name } }
      }
    }
    ... on Problem { code message field }
  }
}`,
    },
    {
      query: `# Report an incident anonymously. Keep the receipt: it is shown only once.
# This page sends a new idempotencyKey each time; an app sends the same key in a retry.
mutation Report($input: SubmitReportInput!) {
  submitReport(input: $input) {
    ... on SubmitReportSuccess { reference receipt report { state status } }
    ... on Problem { __typename code message field }
  }
}`,
      variables: variables({
        input: {
          category: "traffic.signal-jumping",
          position: { latitude: 21.2447, longitude: 81.645 },
          description: "A white car jumped the red light.",
          answers: [{ question: "plate", values: ["CG04AB1234"] }],
          idempotencyKey: newKey(),
        },
      }),
    },
    {
      query: `# Follow a report with its receipt. This page fills in the receipt of your last report.
query MyReport($receipt: String!) {
  reportByReceipt(receipt: $receipt) {
    ... on TrackedReport {
      reference
      status
      awaitsAnswer
      actions { at kind actor text state }
    }
    ... on Problem { __typename code message field }
  }
}`,
    },
    {
      query: `# Call for help.
mutation Help($input: RaiseAlertInput!) {
  raiseAlert(input: $input) {
    ... on RaiseAlertSuccess {
      secret
      watchToken
      reachesPolice
      call { kind number name }
      alert { state raisedAt }
    }
    ... on Problem { __typename code message field }
  }
}`,
      variables: variables({
        input: {
          position: { latitude: 21.2447, longitude: 81.645, accuracy: 15 },
          battery: 34,
          idempotencyKey: newKey(),
        },
      }),
    },
    {
      query: `# The control room: all events in Raipur, live. This page asks for an officer's token.
subscription ControlRoom($path: String!, $after: String) {
  placeEvents(path: $path, after: $after) {
    __typename
    ... on ReportEvent {
      cursor
      at
      urgency
      action { kind actor text }
      report { id reference state categoryCode description station { name } }
    }
    ... on AlertEvent {
      cursor
      at
      urgency
      action { kind actor }
      alert { id state battery position { latitude longitude } }
    }
    ... on CaughtUp { cursor }
    ... on ComeBack { cursor }
    ... on Problem { code message field }
  }
}`,
      variables: variables({ path: "india/chhattisgarh/raipur" }),
    },
    {
      query: `# Reports in Raipur that nobody has acknowledged, the newest first.
query Waiting($place: String!) {
  reports(place: $place, filter: {states: [RECEIVED]}, first: 10) {
    ... on ReportConnection {
      edges { node { id reference categoryCode description station { name } } }
    }
    ... on Problem { __typename code message field }
  }
}`,
      variables: variables({ place: "india/chhattisgarh/raipur" }),
    },
    {
      query: `# Act as an officer. This page fills in the report or alert that you saw last.
mutation Act($input: TakeActionInput!) {
  takeAction(input: $input) {
    ... on TakeActionSuccess {
      action { kind at state }
      report { reference state possibleActions }
      alert { state possibleActions }
    }
    ... on ActionNotPossibleProblem { state possible message }
    ... on Problem { __typename code message field }
  }
}`,
      variables: variables({
        input: { kind: "ACKNOWLEDGE", idempotencyKey: newKey() },
      }),
    },
    {
      query: `# Count reports registered and acted upon. Without a token: whole months only.
query Figures($from: Date!, $to: Date!) {
  statistics(place: "india/chhattisgarh/raipur", from: $from, to: $to) {
    ... on Statistics {
      total { registered actedUpon }
      byCategory { key registered actedUpon }
      byStation { key registered actedUpon }
    }
    ... on Problem { __typename code message field }
  }
}`,
      variables: variables(lastMonth()),
    },
  ];
}
