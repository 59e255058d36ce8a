// Where GraphiQL keeps tabs, history and settings. Request headers can hold a bearer token, so none is ever written:
// GraphiQL leaves them out of its tabs when told to, but not out of its history.

const prefix = "graphiql:";

/** The browser's own storage, or undefined where the visitor has closed it. */
function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

function withoutHeaders(value) {
  try {
    return JSON.stringify(JSON.parse(value), (key, part) => (key === "headers" ? null : part));
  } catch {
    return value;
  }
}

/** A storage for GraphiQL that drops request headers on the way in; in memory where the browser has none. */
export function createStorage(inner = browserStorage()) {
  const memory = new Map();
  const keys = () => (inner ? Object.keys(inner) : [...memory.keys()]).filter((key) => key.startsWith(prefix));
  const removeItem = (key) => (inner ? inner.removeItem(key) : memory.delete(key));
  return {
    getItem: (key) => (inner ? inner.getItem(key) : (memory.get(key) ?? null)),
    setItem(key, value) {
      if (key === `${prefix}headers`) return;
      const kept = withoutHeaders(value);
      if (inner) inner.setItem(key, kept);
      else memory.set(key, kept);
    },
    removeItem,
    clear: () => keys().forEach(removeItem),
    get length() {
      return keys().length;
    },
  };
}
