import { decodeRtuFrame, encodeDlt645Frame, encodeRtuFrame, findDlt645Frame } from "@sealwatch/protocols";
import type { ReplyDamage } from "../devices/device.ts";
import type { Hears, Simulation } from "../simulation.ts";

/** Bytes that a device puts on the line, and how much later than it should. */
interface WireReply {
  readonly bytes: Uint8Array;
  readonly lateMs: number;
}

/** All devices of a site on one line, each listening for frames of its own protocol. */
export interface LineStation {
  /** The answer to what came between two silences, sent at `baud`; null when nobody feels meant. */
  answer(received: Uint8Array, baud: number): WireReply | null;
}

/** The devices of a simulation at the line's own rate of `lineBaud`. */
export function lineStation(simulation: Simulation, lineBaud: number, nowMs: () => number): LineStation {
  return {
    answer(received, baud) {
      const hears: Hears = ({ config }) => (config.baud ?? lineBaud) === baud;
      const replies = [...modbusReplies(received, hears), ...dlt645Replies(received, hears)];
      const [first, ...others] = replies;
      if (!first) return null;
      const bytes = others.reduce((wire, { bytes }) => collided(wire, bytes), first.bytes);
      return { bytes, lateMs: first.lateMs };
    },
  };

  function modbusReplies(received: Uint8Array, hears: Hears): readonly WireReply[] {
    const request = decodeRtuFrame(received);
    const reply = request && simulation.modbus(request.unit, request.pdu, nowMs(), hears);
    if (!request || !reply) return [];
    const bytes = encodeRtuFrame(request.unit, reply.answer);
    return [{ bytes: damaged(bytes, reply.damage, bytes.length - 1), lateMs: reply.lateMs }];
  }

  function dlt645Replies(received: Uint8Array, hears: Hears): readonly WireReply[] {
    const found = findDlt645Frame(received);
    if (found.kind !== "frame") return [];
    return simulation.dlt645(found.frame, nowMs(), hears).map(({ answer, lateMs, damage }) => {
      const bytes = encodeDlt645Frame(answer, { wakeUp: true });
      // The checksum stands before the end mark.
      return { bytes: damaged(bytes, damage, bytes.length - 2), lateMs };
    });
  }
}

function damaged(bytes: Uint8Array, damage: ReplyDamage, checksumAt: number): Uint8Array {
  const wire = bytes.slice();
  if (damage.badChecksum) wire[checksumAt] = (wire[checksumAt] ?? 0) ^ 0xff;
  const whole = damage.clash ? collided(wire, Uint8Array.from([0, ...wire])) : wire;
  return whole.subarray(0, Math.max(0, whole.length - damage.droppedBytes));
}

/** Two drivers at once: a zero pulls the line down whatever the other says. */
function collided(one: Uint8Array, other: Uint8Array): Uint8Array {
  const length = Math.max(one.length, other.length);
  return Uint8Array.from({ length }, (_, index) => (one[index] ?? 0xff) & (other[index] ?? 0xff));
}
