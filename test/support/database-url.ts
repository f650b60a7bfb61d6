/** The same server, role and password, another database. */
export function urlOf(database: string, baseUrl: string): string {
  const url = new URL(baseUrl)
  url.pathname = `/${database}`
  return url.href
}
