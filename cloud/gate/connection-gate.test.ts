import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { expect, it } from "vitest";
import { addressOf, ConnectionGate } from "./connection-gate.ts";

/** What the gate asks of a socket. */
class Peer extends EventEmitter {
  static #ports = 1024;
  readonly remoteAddress: string;
  readonly remotePort = Peer.#ports++;
  readonly localPort = 8883;
  destroyed = false;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }
}

const asSocket = (peer: Peer) => peer as unknown as Socket;

function gate() {
  const cut: string[] = [];
  const limits = { perAddressMax: 2, totalMax: 4 };
  const connections = new ConnectionGate(limits, (address) => cut.push(address));
  const enter = (address: string) => {
    const peer = new Peer(address);
    connections.enter(asSocket(peer));
    return peer;
  };
  return { cut, connections, enter };
}

it("cutsTheOldestStrangerOfACrowdedAddressAndNobodyElse", () => {
  const { cut, enter } = gate();
  const other = enter("10.0.0.9");
  const [first, second, third] = [enter("10.0.0.1"), enter("10.0.0.1"), enter("10.0.0.1")];
  expect([first, second, third, other].map((peer) => peer?.destroyed)).toEqual([true, false, false, false]);
  expect(cut).toEqual(["10.0.0.1"]);
});

it("cutsTheOldestOfAllWhenManyAddressesCrowdIt", () => {
  const { cut, connections, enter } = gate();
  const peers = [1, 2, 3, 4, 5].map((host) => enter(`10.0.0.${host}`));
  expect(peers.map((peer) => peer.destroyed)).toEqual([true, false, false, false, false]);
  expect(cut).toEqual(["10.0.0.1"]);
  expect(connections.strangers).toBe(4);
});

it("countsWhoIsSettledOrGoneNoMore", () => {
  const { connections, enter } = gate();
  const settled = enter("10.0.0.1");
  connections.settle(asSocket(settled));
  enter("10.0.0.1").destroy();
  expect(connections.strangers).toBe(0);
  enter("10.0.0.1");
  enter("10.0.0.1");
  expect(settled.destroyed).toBe(false);
});

it.each([
  ["10.1.2.3", "10.1.2.3"],
  ["::ffff:10.1.2.3", "10.1.2.3"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
])("%s counts as %s", (remoteAddress, counted) => {
  expect(addressOf({ remoteAddress })).toBe(counted);
});
