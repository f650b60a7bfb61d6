import { FAULTS, magicAmount } from './faults.ts'

/** How to use the sandbox, in lines that can be typed; nothing on it is loaded or run. */
export function sandboxPage(url: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The simulated platform</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}
pre{background:#f4f4f4;padding:.8rem;overflow:auto}td,th{text-align:left;padding:.1rem 1rem .1rem 0}</style>
<h1>The simulated platform</h1>
<p>It pays out, keeps balances, and goes wrong when it is told to. Everything but this page needs its key:
<code>KEY</code> below is what stands in <code>bank-key</code> in the data directory, or in <code>SIMULATED_BANK_KEY</code>.</p>
<h2>Move a balance, and look at it</h2>
<pre>${typed(url, [
    [
      'POST',
      '/orders',
      { reference: 'try-1', type: 'deposit', account: 'main', currency: 'USDT', amount: '250.00' },
    ],
    ['GET', '/orders/try-1'],
    ['GET', '/accounts/main/balances/USDT'],
    ['GET', '/accounts/main/entries?currency=USDT'],
  ])}</pre>
<h2>Let the platform do something by itself</h2>
<pre>${typed(url, [
    ['POST', '/accounts/main/entries', { currency: 'USDT', amount: '-5', what: 'trade' }],
    ['PUT', '/rates', { sell: 'USDT', buy: 'BTC', rate: '0.00001' }],
  ])}</pre>
<h2>Have it call you about orders</h2>
<pre>${typed(url, [
    ['PUT', '/callback', { url: 'http://127.0.0.1:3000/api/v1/platform-calls/PLATFORM' }],
  ])}</pre>
<h2>Make the next one go wrong</h2>
<pre>${typed(url, [
    ['POST', '/faults', { fault: 'timeout_after_commit', times: 1, delayMs: 5000 }],
    ['GET', '/faults'],
    ['DELETE', '/faults'],
  ])}</pre>
<p>Or send exactly one of these amounts; each works once for a reference.</p>
<table><tr><th>fault<th>amount
${FAULTS.map((fault) => `<tr><td>${fault}<td>${magicAmount(fault) ?? ''}`).join('\n')}
</table>
</html>
`
}

type Line = readonly [method: string, path: string, body?: object]

function typed(url: string, lines: readonly Line[]): string {
  return lines.map((line) => escaped(curl(url, line))).join('\n')
}

function curl(url: string, [method, path, body]: Line): string {
  const sent = body ? ` -H 'content-type: application/json' -d '${JSON.stringify(body)}'` : ''
  return `curl -X ${method} '${url}${path}' -H "authorization: Bearer $KEY"${sent}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
