import { expect, test } from "vitest";
import type { AlertView } from "../../api/contract.ts";
import { closedAlerts, lateDigest, openAlerts, siteOrder, withAlert } from "./alert-order.ts";

function alert(id: string, over: Partial<AlertView>): AlertView {
  return {
    ...{
      id,
      site: "s",
      class: "restart",
      level: "yellow",
      currentLevel: "yellow",
      rule: "r",
      ruleVersion: 1,
    },
    ...{ eventMs: 0, raisedMs: 0, updatedMs: 0, closedMs: null, reasons: [], history: [] },
    ...{ provisional: false, withdrawnMs: null, supersededBy: null, late: false },
    sentence: { zh: "", en: "" },
    ...over,
  };
}

test("aRestartStandsAboveASilenceAndRedAboveOrange", () => {
  const order = openAlerts([
    alert("silence", { class: "silence", level: "red" }),
    alert("orange", { level: "orange" }),
    alert("red", { level: "red" }),
    alert("closed", { level: "red", closedMs: 5 }),
  ]);
  expect(order.map((one) => one.id)).toEqual(["red", "orange", "silence"]);
});

test("closedAlertsAreNewestFirst", () => {
  const order = closedAlerts([
    alert("a", { closedMs: 9, eventMs: 1 }),
    alert("b", { closedMs: 9, eventMs: 2 }),
  ]);
  expect(order.map((one) => one.id)).toEqual(["b", "a"]);
});

test("aChangedAlertReplacesItself", () => {
  const list = withAlert([alert("a", {}), alert("b", {})], alert("b", { level: "red" }));
  expect(list.map((one) => `${one.id} ${one.level}`).sort()).toEqual(["a yellow", "b red"]);
});

test("anUnknownSiteStandsAboveASealedOne", () => {
  const site = {
    ...{ name: { zh: "", en: "" }, address: "", township: "", utcOffsetMin: 480, formerLoadW: 1 },
    ...{ sinceMs: null, gateways: [], level: "none" as const },
  };
  const order = siteOrder([
    { ...site, id: "a", verdict: "sealed" },
    { ...site, id: "b", verdict: "unknown" },
    { ...site, id: "c", verdict: "restarted", level: "orange" },
  ]);
  expect(order.map((one) => one.id)).toEqual(["c", "b", "a"]);
});

test("lateAlertsAreToldInOneLineForADay", () => {
  const hourMs = 3_600_000;
  const late = { late: true, raisedMs: 100 * hourMs };
  const alerts = [
    alert("a", { ...late, eventMs: 10 * hourMs, closedMs: 11 * hourMs, level: "orange" }),
    alert("b", { ...late, eventMs: 90 * hourMs }),
    alert("now", { eventMs: 100 * hourMs, raisedMs: 100 * hourMs, level: "red" }),
  ];
  expect(lateDigest(alerts, 101 * hourMs)).toEqual({
    ...{ alerts: 2, open: 1, level: "orange", fromMs: 10 * hourMs, toMs: 90 * hourMs },
  });
  expect(lateDigest(alerts, 125 * hourMs)).toBeNull();
});

test("anAlertThatAnotherTellsBetterLeavesTheList", () => {
  const list = [alert("provisional", { provisional: true })];
  expect(withAlert(list, alert("provisional", { supersededBy: "episode" }))).toEqual([]);
});
