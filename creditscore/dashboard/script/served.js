// The page that a service gives to whoever comes with a key: all decisions together, or one of them.
const words = JSON.parse(document.getElementById("words").textContent);
const at = (id) => document.getElementById(id);
const language = () => at("language").value;

function speak() {
  const said = words[language()];
  document.documentElement.lang = said.tag;
  document.documentElement.dir = said.direction;
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = said.words[`served.${one.dataset.word}`];
  document.title = at("frame").title = said.words["served.title"];
}

function tell(word, detail = "") {
  at("status").textContent = [words[language()].words[`served.${word}`], detail].filter(Boolean).join(" ");
}

async function show(path) {
  at("frame").hidden = true;
  at("frame").srcdoc = "";
  tell("waiting");
  try {
    const got = await fetch(path, { headers: { Authorization: `Bearer ${at("key").value.trim()}` }, cache: "no-store" });
    if (!got.ok) {
      const word = { 401: "no_key", 403: "not_allowed", 404: "unknown" }[got.status];
      return tell(word ?? "refused", word ? "" : (await got.json()).detail);
    }
    at("frame").srcdoc = await got.text();
    at("frame").hidden = false;
    tell("here");
    at("frame").focus();
  } catch {
    tell("away");
  }
}

at("language").addEventListener("change", speak);
at("all").addEventListener("submit", (event) => {
  event.preventDefault();
  show(`/v1/dashboard?language=${language()}`);
});
at("one").addEventListener("submit", (event) => {
  event.preventDefault();
  const id = encodeURIComponent(at("decision").value.trim());
  show(`/v1/decisions/${id}/report?format=html&audience=auditor&language=${language()}`);
});
speak();
