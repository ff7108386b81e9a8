// Starts GraphiQL with the examples as tabs. A token goes into the headers editor as
// {"Authorization": "Bearer ..."} and reaches subscriptions too.
"use strict";

function webSocketUrl() {
  const url = new URL("/graphql", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.toString();
}

const fetcher = GraphiQL.createFetcher({ url: "/graphql", subscriptionUrl: webSocketUrl() });

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: citizenSafetyExamples(),
    defaultEditorToolsVisibility: "variables",
    shouldPersistHeaders: false,
  }),
);
