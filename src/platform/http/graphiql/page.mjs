// The page: sign-in first, and the editor for whoever has signed in.
import { closeEditor, openEditor, openExample } from "./editor.mjs";
import { startIdentity } from "./identity.mjs";

const { demoSignIn } = JSON.parse(document.getElementById("settings").textContent);
const place = document.getElementById("graphiql");
const whileSignedIn = [place, document.getElementById("sign-out"), document.getElementById("try")];
const signIn = document.getElementById("sign-in");
const opened = document.getElementById("opened");

function show(editor) {
  signIn.hidden = editor;
  for (const part of whileSignedIn) if (part) part.hidden = !editor;
  opened.textContent = "";
}

for (const button of document.querySelectorAll("[data-example]")) {
  button.addEventListener("click", () => {
    const title = openExample(Number(button.dataset.example));
    if (title) opened.textContent = `The query “${title}” is in the editor.`;
  });
}

await startIdentity(demoSignIn, {
  enter({ quietly = false } = {}) {
    show(true);
    // the form that had the focus is gone
    if (!quietly) place.focus();
    openEditor().catch((error) => {
      opened.textContent = "";
      place.textContent = `Problem: ${error.message}. Reload the page to try again.`;
    });
  },
  leave() {
    closeEditor();
    show(false);
  },
});
