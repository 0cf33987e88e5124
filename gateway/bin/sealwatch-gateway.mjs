#!/usr/bin/env node
// npm links commands when it installs, before anything is built; this file is there to be linked.
import "../dist/main.js";
