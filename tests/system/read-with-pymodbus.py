# Reads what foreign-reader.ts asks for: one JSON argument, [target, questions]; prints the answers as JSON.
import json, sys
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.transaction import ModbusRtuFramer
target, questions = json.loads(sys.argv[1])
if target["kind"] == "rtu":
    # A pty refuses parity with EINVAL; the simulator keeps the pace of eleven bits a character all the same.
    client = ModbusSerialClient(port=target["path"], baudrate=target["baud"], parity="N", timeout=3)
elif target["kind"] == "rtu-tcp":
    client = ModbusTcpClient("127.0.0.1", port=target["port"], framer=ModbusRtuFramer, timeout=3)
else:
    client = ModbusTcpClient("127.0.0.1", port=target["port"], timeout=3)
assert client.connect()
answers = []
for question in questions:
    read = {1: client.read_coils, 2: client.read_discrete_inputs, 3: client.read_holding_registers, 4: client.read_input_registers}[question["functionCode"]]
    answer = read(question["address"], question["quantity"], slave=question["unit"])
    if answer.isError():
        answers.append([-getattr(answer, "exception_code", 255)])
    elif question["functionCode"] < 3:
        answers.append([int(bit) for bit in answer.bits[: question["quantity"]]])
    else:
        answers.append(answer.registers)
client.close()
print(json.dumps(answers))
