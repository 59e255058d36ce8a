// The clients that the development identity provider knows, and the one service that its access tokens are for.

/** A page or program of somebody who signs in: public, so it proves with PKCE that the code is its own. */
export const PUBLIC_CLIENT = { id: "golden-thread-explorer", redirect: "http://127.0.0.1/signed-in" };

/** The service, as clients name it (RFC 8707) and as its tokens do. */
export const SERVICE = { resource: "urn:golden-thread", audience: "golden-thread", scope: "golden-thread" };
