# A model in Python that is loaded once and answers query after query. This one is poor: it says the query again, in capitals.
#
#     ./run.sh --responder exec --exec 'python3 examples/worker.py' --exec-mode worker --exec-workers 2
#     curl -N localhost:8000/wake%20up%2C%20neo
#
# After `pkill -9 -f mpstream.role=producer` the answer goes on at the next character: ready says resumable, the ask has textSoFar.
import json, queue, sys, threading, time

asks, cancelled = queue.SimpleQueue(), set()

def say(**message):
    print(json.dumps(message), flush=True)

def listen():
    for line in sys.stdin:
        message = json.loads(line)
        if "ask" in message:
            asks.put(message["ask"])
        else:
            cancelled.add(message["cancel"]["stream"])
    asks.put(None)

def generate(query, text_so_far):
    for character in query.upper()[len(text_so_far):]:
        time.sleep(0.1)
        yield character

threading.Thread(target=listen).start()
# Here the model is loaded.
say(ready=True, resumable=True)
for ask in iter(asks.get, None):
    stream = ask["stream"]
    for text in generate(ask["query"], ask.get("textSoFar", "")):
        if stream in cancelled:
            break
        say(stream=stream, text=text)
    say(stream=stream, end={"outcome": "completed"})
