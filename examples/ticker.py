# A ticker: a random value as a line of JSON every two seconds, for ten seconds. Then it ends, and the feed has it begin again.
#
#     ./run.sh --responder exec --exec 'python3 examples/ticker.py' --feed 'ticker=5 2'
#     curl -N 'localhost:8000/v1/feed/ticker?format=sse'
#
# In a page: new EventSource('/v1/feed/ticker').onmessage = event => console.log(JSON.parse(event.data).value)
import json, random, sys, time

count, pause = sys.stdin.read().split()
for _ in range(int(count)):
    time.sleep(float(pause))
    # In one piece, so that it is one event.
    sys.stdout.write(json.dumps({"value": random.random()}) + "\n")
