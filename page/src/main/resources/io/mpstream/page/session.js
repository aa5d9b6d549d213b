// Who uses the page. A token is in a cookie that scripts cannot read; what renews it is in memory alone, and gone after a reload.

const changes = new EventTarget();
let refresh = null, renewing = null;

/** Whether the server has users, and whether this one is signed in; null while that is not known. */
export const session = { hasUsers: document.documentElement.dataset.users === 'true', isIn: null, endsInMs: null };

const change = now => {
  Object.assign(session, now);
  changes.dispatchEvent(new Event('change'));
};

/** Calls back when the session changes; returns what ends that. */
export const onSession = listener => {
  changes.addEventListener('change', listener);
  return () => changes.removeEventListener('change', listener);
};

/** Takes a token, or what POST /v1/token answered; returns the token. */
export const signIn = async pasted => {
  const { access, token = access, refresh: next = null } = pasted.trim().startsWith('{') ? JSON.parse(pasted) : { token: pasted.trim() };
  const response = await fetch('/v1/cookie', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(response.status === 401 ? 'This token is not good, or no longer.' : (await response.json()).detail);
  refresh = next;
  change({ isIn: true, endsInMs: null });
  return token;
};

export const signOut = async () => {
  refresh = null;
  await fetch('/v1/cookie', { method: 'DELETE' });
  change({ isIn: false, endsInMs: null });
};

/** A fresh token by what it can be renewed with; else null, and the user is asked for one. */
export const renew = leftMs => renewing ??= tryToRenew(leftMs).finally(() => { renewing = null; });

const tryToRenew = async leftMs => {
  if (refresh) {
    const response = await fetch('/v1/token/refresh', { method: 'POST', body: JSON.stringify({ refresh }) });
    if (response.ok) return signIn(await response.text());
    refresh = null;
  }
  change(leftMs ? { endsInMs: leftMs } : { isIn: false, endsInMs: null });
  return null;
};

/** Until somebody is signed in. */
export const signedIn = () => new Promise(resolve => {
  if (session.isIn !== false) return resolve();
  const end = onSession(() => session.isIn && resolve(end()));
});

/** fetch, which has an expired token renewed; an error has the problem's words. */
export const request = async (path, init) => {
  let response;
  for (let isAgain = false; !response || response.status === 401; isAgain = true) {
    await signedIn();
    response = await fetch(path, init);
    if (response.status === 401 && !isAgain) await renew();
    else if (response.status === 401) change({ isIn: false });
  }
  if (session.isIn === null && session.hasUsers) change({ isIn: true });
  if (!response.ok) {
    const { detail, title } = await response.json().catch(() => ({}));
    throw new Error(detail ?? title ?? `status ${response.status}`);
  }
  return response;
};
