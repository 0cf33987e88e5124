#!/usr/bin/env -S node --v8-pool-size=1 --max-semi-space-size=1 --optimize-for-size
// npm links commands when it installs, before anything is built; this file is there to be linked.
// The flags keep a small box small: one thread to compile SQLite with instead of four, a young generation of megabytes,
// and code kept small: a gateway waits for its lines, not for its processor.
import "../dist/main.js";
