#!/usr/bin/env python3
"""MPStream's client for Python 3.9 and newer: one file, the standard library. docs/CLIENTS.md shows its use."""
import argparse
import hashlib
import http.client
import json
import os
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

SILENCE_S = 45                      # three heartbeats that did not come: the connection is dead
PAUSE_MIN_S, PAUSE_MAX_S = 0.25, 5
PASSING = {408, 425, 429, 502, 503, 504}
EXIT_CODES = {"completed": 0, "cancelled": 3, "gone": 4}


class StreamError(Exception):
    """Why there is no whole text: ``outcome`` is failed, cancelled, gone, refused, unreachable or damaged."""

    def __init__(self, outcome, detail=None, status=None, first_offset=None, retry_s=0):
        super().__init__(f"{outcome}: {detail}" if detail else outcome)
        self.outcome, self.detail, self.status, self.first_offset, self.retry_s = outcome, detail, status, first_offset, retry_s


class Answer:
    """An answer that is read, once: ``for text in Answer(url, query="wake up")``, or ``stream=``, or ``feed=``.

    A lost connection is resumed at the next character, and nothing is asked twice. The loop raises a StreamError unless the text is whole.
    ``token`` is a string, or a function of whether another one than before is wanted. ``on_event`` is given all that is not text, as it comes.
    """

    def __init__(self, url, *, query=None, stream=None, feed=None, offset=0, speed=None, token=None, responder=None, on_disconnect=None,
                 user=None, attributes=None, key=None, patience_s=60, on_event=lambda event: None):
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"'{url}' is no URL of a server, such as http://localhost:8000")
        self.url, self.id, self.offset, self.end = url.rstrip("/"), stream, offset, None
        self._feed, self._speed, self._token, self._patience_s, self._on_event = feed, speed, token, patience_s, on_event
        self._asked = {"query": query, "user": user, "attributes": attributes}
        self._options = {"responder": responder, "on-disconnect": on_disconnect}
        self._key = key or uuid.uuid4().hex
        self._sha256 = hashlib.sha256() if offset == 0 and not feed else None
        self._is_joining = self._has_read = False

    def __iter__(self):
        pause_s, lost_s, is_fresh = PAUSE_MIN_S, None, False
        while True:
            was_fresh, is_fresh, retry_s, cause = is_fresh, False, None, None
            try:
                with self._open(was_fresh) as response:
                    self.id = response.headers.get("Stream-Id", self.id)
                    for line in response:
                        message = json.loads(line)
                        pause_s, lost_s = PAUSE_MIN_S, None
                        text = self._take(message)
                        if text:
                            yield text
                        if "end" in message:
                            self._finish(message["end"])
                            return
                        is_fresh = "expired" in message
                        if "interrupted" in message:
                            retry_s = message["interrupted"]["retryMs"] / 1_000
            except StreamError as error:
                cause = error
                if error.status == 401 and callable(self._token) and not was_fresh:
                    is_fresh = True
                # 400: a place that we have read up to, and this server not yet.
                elif error.status not in PASSING and not (error.status == 400 and self._has_read):
                    raise
                retry_s = error.retry_s or None
            except (OSError, http.client.HTTPException, ValueError) as error:
                cause = StreamError("unreachable", str(getattr(error, "reason", error)) or type(error).__name__)
            now_s = time.monotonic()
            lost_s = lost_s or now_s
            if retry_s is None:
                retry_s = 0 if is_fresh else pause_s * random.uniform(0.5, 1)
            if now_s + retry_s - lost_s > self._patience_s:
                raise cause or StreamError("unreachable", "the response ends early")
            pause_s = min(2 * pause_s, PAUSE_MAX_S)
            self._on_event({"retry": {"inS": retry_s, "offset": self.offset}})
            time.sleep(retry_s)

    def stop(self):
        """Stops the answer, for all who read it."""
        if self.id:
            self._request("DELETE", f"/v1/stream/{self.id}").close()

    def _open(self, is_fresh):
        self._is_joining = bool(self._feed)
        if self._feed:
            last = f"{self.id}:{self.offset}" if self.id else None
            return self._request("GET", f"/v1/feed/{urllib.parse.quote(self._feed, safe='')}", {"lastEventId": last}, is_fresh)
        if self.id:
            return self._request("GET", f"/v1/stream/{self.id}", {"offset": self.offset, "speed": self._speed}, is_fresh)
        body = json.dumps({name: value for name, value in self._asked.items() if value is not None}).encode()
        return self._request("POST", "/v1/streams", self._options, is_fresh, body)

    def _request(self, method, path, options=None, is_fresh=False, body=None):
        headers = {"Accept": "application/x-ndjson"}
        if body is not None:
            headers.update({"Content-Type": "application/json", "Idempotency-Key": self._key})
        token = self._token(is_fresh) if callable(self._token) else self._token
        if token:
            headers["Authorization"] = f"Bearer {token}"
        query = urllib.parse.urlencode({name: value for name, value in (options or {}).items() if value is not None})
        try:
            return urllib.request.urlopen(urllib.request.Request(f"{self.url}{path}?{query}", body, headers, method=method), timeout=SILENCE_S)
        except urllib.error.HTTPError as error:
            with error:
                try:
                    problem = json.loads(error.read())
                except ValueError:
                    problem = {}
            retry = error.headers.get("Retry-After", "")
            raise StreamError("gone" if error.code == 410 else "refused", problem.get("detail") or f"status {error.code}", error.code,
                              problem.get("firstOffset"), int(retry) if retry.isdigit() else 0) from None

    def _take(self, message):
        if "text" not in message:
            self._on_event(message)
            if "restarted" in message:
                self.id, self.offset = message["restarted"]["stream"], 0
            if "challenge" in message and callable(self._token):
                try:
                    self._request("POST", message["challenge"]["renew"], None, True).close()
                except (OSError, StreamError):
                    pass            # It expires then, and is resumed with another.
            return ""
        data = message["text"].encode()
        if self.offset + len(data) != message["offset"] and not self._is_joining:
            raise StreamError("damaged", f"the text at {self.offset} is missing")
        self._is_joining, self._has_read, self.offset = False, True, message["offset"]
        if self._sha256:
            self._sha256.update(data)
        return message["text"]

    def _finish(self, end):
        if end["offset"] != self.offset:
            raise StreamError("damaged", f"of {end['offset']} bytes {self.offset} came")
        if self._sha256 and end.get("sha256", self._sha256.hexdigest()) != self._sha256.hexdigest():
            raise StreamError("damaged", "the digest is another one")
        self.end = end
        if end["outcome"] != "completed":
            raise StreamError(end["outcome"], end.get("detail"))


def tell(event):
    """Says on a terminal what happens meanwhile."""
    told = {"queued": lambda it: f"place {it['place']} in the line", "retry": lambda it: f"lost at byte {it['offset']}, again in {it['inS']:.1f} s",
            "silentMs": lambda it: f"silent for {it // 1_000} s"}
    for name in told.keys() & event.keys():
        print(f"[{told[name](event[name])}]", file=sys.stderr)


def read_input():
    """All of standard input, which is a query."""
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise ValueError("standard input is not UTF-8") from None


def main():
    """The command line: text on standard output, exit code 0 completed, 1 failed, 2 wrong words, 3 cancelled, 4 gone."""
    parser = argparse.ArgumentParser(description="Reads answers of MPStream. MPSTREAM_TOKEN in the environment has a token.")
    parser.add_argument("--url", default=os.environ.get("MPSTREAM_URL", "http://localhost:8000"), help="the server (%(default)s)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    ask = verbs.add_parser("ask", help="ask, and read the answer")
    ask.add_argument("query", help="what to ask; - reads it from standard input")
    ask.add_argument("--responder", help="who is to answer")
    follow = verbs.add_parser("follow", help="read a stream")
    follow.add_argument("stream")
    follow.add_argument("--offset", type=int, default=0, help="bytes that are there already")
    follow.add_argument("--speed", type=float, help="as it was written; 2 is twice as fast")
    verbs.add_parser("tail", help="read a feed").add_argument("feed")
    verbs.add_parser("stop", help="stop a stream, for all who read it").add_argument("stream")
    options = vars(parser.parse_args())
    verb, url = options.pop("verb"), options.pop("url")
    try:
        if options.get("query") == "-":
            options["query"] = read_input()
        answer = Answer(url, token=os.environ.get("MPSTREAM_TOKEN"), on_event=tell if sys.stderr.isatty() else lambda event: None, **options)
        if verb == "stop":
            return answer.stop()
        for text in answer:
            sys.stdout.buffer.write(text.encode())
            sys.stdout.buffer.flush()
        return 0
    except (StreamError, OSError, ValueError) as error:
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        else:
            print(f"mpstream: {error}", file=sys.stderr)
        return EXIT_CODES.get(getattr(error, "outcome", ""), 1)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
