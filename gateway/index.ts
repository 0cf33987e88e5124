export { loadGatewayConfig } from "./config/load-gateway-config.ts";
export { type Gateway, type GatewayProgress, startGateway } from "./gateway.ts";
export { Journal } from "./journal/journal.ts";
export { signingKeyPem } from "./journal/signing-key-file.ts";
export { Uplink } from "./uplink/uplink.ts";
