/** The requests to the server. Every answer is JSON; every refusal a problem (RFC 9457). */

import { language, tagOf } from "./texts.js";

const PATIENCE_MS = 30_000;
const PASSING = new Set([408, 425, 429, 502, 503, 504]);

/** The server answered, and said no. `passing`: the same request may work later. */
export class Refused extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail ?? "");
    this.status = status;
    this.code = problem.code ?? "";
    this.waitMs = retryAfter * 1000;
    this.passing = PASSING.has(status);
  }
}

async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    cache: "no-store",
    headers: {
      "X-Huiqi": "1",
      "Accept-Language": tagOf(language()),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Refused(response.status, answer, Number(response.headers.get("Retry-After")) || 0);
}

export const turn = (message) => ask("POST", "/chat/turns", message);
export const transcript = (after) => ask("GET", `/chat/transcript?after=${after}`);
export const link = () => ask("POST", "/chat/link");
export const resume = (token) => ask("POST", "/chat/resume", { token });
export const leave = () => ask("POST", "/chat/leave");
export const streamPath = (after) => `/chat/stream?after=${after}`;
export const EXPORT_PATH = "/chat/export";

/** An id of our own for a message, so that sending it again is safe. */
export function messageId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return "w-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
