// Starts GraphiQL with the examples as tabs. An officer's token is asked for once and kept until the
// page is left; {"Authorization": "Bearer ..."} in the headers editor counts instead.
"use strict";

function webSocketUrl() {
  const url = new URL("/graphql", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.toString();
}

function askForToken() {
  return window.prompt(
    "An officer's token, from: server.py token create --role officer " +
      "--place india/chhattisgarh/raipur",
  )?.trim();
}

const fetcher = fillingFetcher(
  GraphiQL.createFetcher({ url: "/graphql", subscriptionUrl: webSocketUrl() }),
  askForToken,
);

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: citizenSafetyExamples(),
    defaultEditorToolsVisibility: "variables",
    shouldPersistHeaders: false,
  }),
);
