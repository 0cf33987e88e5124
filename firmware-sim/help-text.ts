/** What `sealwatch-sim --help` prints. */
export const HELP_TEXT = `sealwatch-sim: a closed plant with real instruments, over TCP or a serial line

Usage: sealwatch-sim [options]

  --scenario NAME   what happens at the site (default night-restart; --list shows all)
  --seed N          all chance comes from this number (default 1)
  --speed X         simulated seconds a real second (default 1)
  --transport NAME  how the devices are reached (default modbus-tcp):
                      modbus-tcp       Modbus TCP
                      modbus-rtu-tcp   a transparent serial server with a Modbus line
                      modbus-rtu       a serial port or pty (9600 8N1 unless told otherwise)
                      dlt645           a serial port or pty (2400 8E1 unless told otherwise)
                      dlt645-tcp       a transparent serial server with a DL/T 645 line
                    A line carries all devices of the site, whichever protocol they speak
  --port P          TCP port, 0 for a free one (default 1502)
  --host ADDRESS    address to listen on (default 127.0.0.1, this machine only)
  --serial PATH     the port or pty of modbus-rtu and dlt645
  --baud N          rate of the line; bytes take their true time
  --parity P        none, even or odd
  --turnaround MS   what a device takes to think (default 5)
  --peer PATH       the other end of a pty pair: devices then answer only at their own rate
  --start TIME      simulated time at the start, as ISO 8601 with a zone or as milliseconds
                    since 1970 (default now)
  --list            print the scenarios and end
  -h, --help        print this and end

For demos and tests, where other programs move the simulated time:
  --mode demo|test  allow the step socket
  --step-port P     serve the step socket on this loopback port, 0 for a free one
  --step-jitter MS  let steps end late, by this much on average (default 0)
  --until-now       step up to the present, then go on in real time
  --answers FILE    number each answer of a meter: its energy shows the number in hundredths
                    of a kWh, and FILE gets "<UTC ms> <unit> <number>" (mode test)
  --wait-trigger    hold the scenario's events back until a client sends "trigger"

All units answer on the one port. Unit 1: Eastron SDM630 (input registers). Unit 2: Waveshare
8-channel IO (discrete inputs: gate door, workshop door, seal S1, seal S2, mains present).
Unit 3: TVOC multi-sensor board (holding registers). Once it listens, one line of JSON on
standard output names the ports. Ctrl-C ends it. A client of the step socket may also act on the site, a device
or the line: {"op":"act","do":"late","what":"meter","value":900}. Faults: silence, late,
bad-crc, exception, drop-bytes, clash, meter-swap and ct-ratio of a device; babble, echo and
slow of "line"; "restore" ends them.

Examples:
  sealwatch-sim                                        a restart, from the first second on
  sealwatch-sim --scenario quiet --speed 60            an hour a minute in which nothing happens
  sealwatch-sim --scenario meter-silent --port 0       any free port, for a test
  sealwatch-sim --scenario mixed-line --transport modbus-rtu --serial /dev/pts/4
                                                       seven devices on one line, for the scan
  sealwatch-sim --start 2026-01-15T23:30:00+08:00      half an hour before midnight in China
`;
