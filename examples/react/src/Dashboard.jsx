import * as React from 'react';
import { createUseStream } from '#mpstream/use-stream.js';

const useStream = createUseStream(React);

/** One answer, whatever happens on its way: what is known of it stands above its text. */
const Answer = ({ query }) => {
  const { id, state, text, offset, queued, retry, end, stop } = useStream({ ask: query });
  return (
    <article>
      <h3>{query}</h3>
      <p className="state">
        {retry ? `lost at byte ${retry.offset}, trying again` : queued ? `place ${queued.place}` : state}
        {end?.verified && ', verified'} · {end?.detail ?? `${offset} bytes`}
      </p>
      <pre>{text}</pre>
      {id && !end && <button onClick={stop}>Stop</button>}
    </article>
  );
};

const Dashboard = () => {
  const [queries, setQueries] = React.useState([]);
  const feed = useStream({ feed: 'ticker' });
  const ask = (event) => {
    event.preventDefault();
    const query = new FormData(event.target).get('query');
    setQueries((all) => [{ query, key: all.length }, ...all]);
  };
  const values = feed.text.trim().split('\n').filter((line) => line.startsWith('{') && line.endsWith('}')).map((line) => JSON.parse(line).value);
  return (
    <section className="dashboard">
      <h2>Streams, by useStream</h2>
      <p>
        The feed has said {values.length} values{values.length > 0 && `, ${(values.reduce((a, b) => a + b) / values.length).toFixed(2)} on average`}.
      </p>
      <form onSubmit={ask}>
        <input name="query" aria-label="How many values, and seconds between them" defaultValue="5 0.5" required />
        <button>Ask</button>
      </form>
      {queries.map(({ query, key }) => <Answer key={key} query={query} />)}
    </section>
  );
};

export default Dashboard;
