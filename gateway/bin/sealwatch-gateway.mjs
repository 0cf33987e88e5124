#!/usr/bin/env -S node --v8-pool-size=1 --max-semi-space-size=1
// npm links commands when it installs, before anything is built; this file is there to be linked.
// The flags keep a small box small: one thread to compile SQLite with instead of four, and a young generation of megabytes.
import "../dist/main.js";
