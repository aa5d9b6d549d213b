import { useEffect, useState } from 'react';

// What a browser has built in: it reconnects by itself, and the feed goes on after the last event that it had.
const SSEExample = () => {
  const [data, setData] = useState(null);

  useEffect(() => {
    const eventSource = new EventSource('/v1/feed/ticker');
    eventSource.onmessage = (event) => setData(JSON.parse(event.data));
    return () => eventSource.close();
  }, []);

  return (
    <section className="sse">
      <h2>A feed, by EventSource</h2>
      {data ? <pre>{JSON.stringify(data, null, 2)}</pre> : <p>No value yet.</p>}
    </section>
  );
};

export default SSEExample;
