import { render } from "preact";
import { Entrance } from "./entrance.tsx";
import { ConsoleStore } from "./store/console-store.ts";
import { countyApi } from "./store/county-api.ts";

const root = document.getElementById("console");
if (root !== null) {
  const store = new ConsoleStore(countyApi, location.hash);
  window.addEventListener("hashchange", () => store.follow(location.hash));
  render(<Entrance api={countyApi} store={store} />, root);
}
