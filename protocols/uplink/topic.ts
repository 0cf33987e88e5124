/** First levels of every topic; the version is part of the contract. */
const PREFIX = "sealwatch/v1";

/** The last level of a topic, by who publishes it. */
const UP_TOPICS = ["hello", "segment", "notice", "status"] as const;
const DOWN_TOPICS = ["ack", "config", "command"] as const;

export type UpTopic = (typeof UP_TOPICS)[number];
export type DownTopic = (typeof DOWN_TOPICS)[number];

/** `sealwatch/v1/{gateway}/{leaf}`. */
export function topicOf(gateway: string, leaf: UpTopic | DownTopic): string {
  return `${PREFIX}/${gateway}/${leaf}`;
}

/** The gateway and leaf of a topic that a gateway may publish, or null for any other. */
export function parseUpTopic(topic: string): { gateway: string; leaf: UpTopic } | null {
  return parseTopic(topic, UP_TOPICS);
}

/** The gateway and leaf of a topic that a gateway may subscribe to, or null for any other. Wildcards are none. */
export function parseDownTopic(topic: string): { gateway: string; leaf: DownTopic } | null {
  return parseTopic(topic, DOWN_TOPICS);
}

function parseTopic<Leaf extends string>(topic: string, leaves: readonly Leaf[]) {
  const [first, version, gateway, last, ...rest] = topic.split("/");
  const leaf = leaves.find((known) => known === last);
  if (`${first}/${version}` !== PREFIX || !gateway || !leaf || rest.length > 0) return null;
  if (gateway.includes("+") || gateway.includes("#")) return null;
  return { gateway, leaf };
}
