"""python3 standard.py client|urllib HOST:PORT PATH: prints what comes, when it comes; then how it ended."""
import codecs
import http.client
import sys
import urllib.request

how, address, path = sys.argv[1:]
if how == "client":
    connection = http.client.HTTPConnection(address)
    connection.request("GET", path)
    response = connection.getresponse()
else:
    response = urllib.request.urlopen("http://" + address + path)
decoder = codecs.getincrementaldecoder("utf-8")()
try:
    while piece := response.read1(4096):
        sys.stdout.write(decoder.decode(piece))
        sys.stdout.flush()
    print("[whole]")
except http.client.HTTPException as e:
    print("[" + type(e).__name__ + "]")
