// Runs before anything else, so it must parse on very old Nodes.
var required = [20, 20];
var found = process.versions.node.split(".").map(Number);
if (found[0] < required[0] || (found[0] === required[0] && found[1] < required[1])) {
  console.error(`sealwatch needs Node ${required.join(".")} or newer; this is ${process.versions.node}`);
  process.exit(2);
}
