export interface Env {
  readonly ORIGIN: string;
}

/** The same path and query at the origin. */
export function originUrl(request: Request, { ORIGIN }: Env): string {
  const { pathname, search } = new URL(request.url);
  return ORIGIN + pathname + search;
}
