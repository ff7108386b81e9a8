// Examples ready to run, from a citizen's first question to the officer's answer.
"use strict";

function citizenSafetyExamples() {
  // Each click on a new page makes new keys, so that the examples write something new.
  const key = () => crypto.randomUUID();
  const officer = JSON.stringify(
    { Authorization: "Bearer PUT-A-TOKEN-HERE (server.py token create --role officer --place india/chhattisgarh/raipur)" },
    null,
    2,
  );
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
      query: `# Report an incident without a name. Keep the receipt: it is shown once.
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
          idempotencyKey: key(),
        },
      }),
    },
    {
      query: `# Follow a report with its receipt.
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
      variables: variables({ receipt: "PUT-THE-RECEIPT-HERE" }),
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
          idempotencyKey: key(),
        },
      }),
    },
    {
      query: `# The control room: everything in Raipur, live. Put an officer's token into the headers.
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
      headers: officer,
    },
    {
      query: `# An officer acts. Put a token into the headers, and the id of a report or alert below.
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
        input: { subject: "PUT-AN-ID-HERE", kind: "ACKNOWLEDGE", idempotencyKey: key() },
      }),
      headers: officer,
    },
    {
      query: `# Reports registered and acted upon. Without a token: whole months.
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
      variables: variables({ from: "2026-01-01", to: "2026-12-31" }),
    },
  ];
}
