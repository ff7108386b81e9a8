// Starts GraphiQL with the examples as tabs. The page asks for an officer's token once, and keeps it
// until the page is closed; {"Authorization": "Bearer ..."} in the headers editor overrides it.
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
