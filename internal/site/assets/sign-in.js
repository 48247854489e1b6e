// The token stands behind #, which no server and no log ever sees, and leaves this page in one POST.
"use strict";
const token = location.hash.slice(1);
const state = document.getElementById("state");
const go = document.getElementById("go");
if (token) {
  history.replaceState(null, "", "/sign-in");
  state.textContent = "This link signs you in once.";
  go.hidden = false;
}
go.addEventListener("click", async () => {
  go.disabled = true;
  try {
    const answer = await fetch("/api/v1/sessions/exchange", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
    if (answer.ok) {
      location.assign("/");
      return;
    }
    const problem = await answer.json();
    state.textContent = problem.detail;
  } catch {
    state.textContent = "The server cannot be reached. Try again.";
    go.disabled = false;
  }
});
