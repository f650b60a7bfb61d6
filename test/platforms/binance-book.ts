import { negated, sumOf } from './decimals.ts'

const HALF_HOUR_MS = 1_800_000
const SECOND_MS = 1_000
/** Quantities are whole hundred-millionths here. */
const DECIMALS = 8
const COMMISSION_DIVISOR = 1_000n

export type Deposit = { id: string; coin: string; amount: string; atMs: number; status: number }
export type Withdrawal = {
  id: string
  coin: string
  network: string
  address: string
  amount: string
  transactionFee: string
  withdrawOrderId: string
  atMs: number
  status: number
}
export type Fill = { id: number; qty: string; quoteQty: string; commission: string; commissionAsset: string }
export type Trade = {
  symbol: string
  orderId: number
  clientOrderId: string
  side: string
  status: string
  origQty: string
  origQuoteOrderQty: string
  executedQty: string
  cummulativeQuoteQty: string
  atMs: number
  fills: Fill[]
}
/** What one of one is in the other. */
export type Market = { base: string; quote: string; price: bigint }

/** The book of one account at Binance, kept so that what it answers can be checked against what it holds. */
export function createBinanceBook() {
  const deposits: Deposit[] = []
  const withdrawals: Withdrawal[] = []
  const trades: Trade[] = []
  const markets: Record<string, Market> = {
    BTCUSDT: { base: 'BTC', quote: 'USDT', price: 50_000n },
    BNBUSDT: { base: 'BNB', quote: 'USDT', price: 500n },
  }
  const rules = { fee: '0', commissionAsset: '' }
  let lastMs = Date.now() - HALF_HOUR_MS
  let lastId = 2n ** 53n

  /** One a second: withdrawals tell no more of it. */
  function nextMs(): number {
    lastMs = Math.floor(lastMs / SECOND_MS) * SECOND_MS + SECOND_MS
    return lastMs
  }

  const nextId = () => String((lastId += 1n))

  function movements(): { coin: string; amount: string; clientId: string }[] {
    return [
      ...deposits.map(({ coin, amount, status }) => ({
        coin,
        amount: status === 0 ? '0' : amount,
        clientId: '',
      })),
      ...withdrawals.filter(({ status }) => status === 6).map((one) => movementOf(one)),
      ...trades.flatMap((one) => legsOf(one)),
    ]
  }

  function legsOf(trade: Trade): { coin: string; amount: string; clientId: string }[] {
    const market = markets[trade.symbol]
    if (!market || trade.fills.length === 0) return []
    const fee = (coin: string) =>
      trade.fills.filter((one) => one.commissionAsset === coin).map(({ commission }) => negated(commission))
    const buys = trade.side === 'BUY'
    const clientId = trade.clientOrderId
    const third = [...new Set(trade.fills.map((one) => one.commissionAsset))].filter(
      (coin) => coin !== market.base && coin !== market.quote,
    )
    return [
      { coin: market.base, amount: sumOf([sign(trade.executedQty, buys), ...fee(market.base)]), clientId },
      {
        coin: market.quote,
        amount: sumOf([sign(trade.cummulativeQuoteQty, !buys), ...fee(market.quote)]),
        clientId,
      },
      ...third.map((coin) => ({ coin, amount: sumOf(fee(coin)), clientId: '' })),
    ]
  }

  return {
    deposits,
    withdrawals,
    trades,
    markets,
    rules,
    movements,
    balanceOf: (coin: string) =>
      sumOf(
        movements()
          .filter((one) => one.coin === coin)
          .map(({ amount }) => amount),
      ),
    withdrawing: (coin: string) =>
      sumOf(
        withdrawals
          .filter((one) => one.coin === coin && [0, 2, 4].includes(one.status))
          .map((one) => negated(movementOf(one).amount)),
      ),
    move(coin: string, amount: string): void {
      const common = { id: `h${nextId()}`, coin, atMs: nextMs() }
      if (!amount.startsWith('-')) deposits.push({ ...common, amount, status: 1 })
      else
        withdrawals.push({
          ...common,
          network: 'TRX',
          address: 'by hand',
          amount: negated(amount),
          transactionFee: '0',
          withdrawOrderId: '',
          status: 6,
        })
    },
    withdraw(
      asked: Pick<Withdrawal, 'coin' | 'network' | 'address' | 'amount' | 'withdrawOrderId'>,
    ): Withdrawal {
      const amount = sumOf([asked.amount, negated(rules.fee)])
      const one = {
        ...asked,
        amount,
        transactionFee: rules.fee,
        id: `w${nextId()}`,
        atMs: nextMs(),
        status: 4,
      }
      withdrawals.push(one)
      return one
    },
    trade(asked: Pick<Trade, 'symbol' | 'side' | 'clientOrderId' | 'origQty' | 'origQuoteOrderQty'>): Trade {
      const one = {
        ...asked,
        orderId: trades.length + 1,
        status: 'NEW',
        executedQty: '0',
        cummulativeQuoteQty: '0',
        atMs: nextMs(),
        fills: [],
      }
      trades.push(one)
      return one
    },
    /** In two parts, so that whoever reads one only reads too little. */
    fill(trade: Trade): void {
      const market = markets[trade.symbol]
      if (!market) throw new Error('no such market')
      const base =
        trade.origQty === '0' ? unitsOf(trade.origQuoteOrderQty) / market.price : unitsOf(trade.origQty)
      const parts = [base / 3n, base - base / 3n].filter((part) => part > 0n)
      trade.fills = parts.map((part, index) => {
        const asset = rules.commissionAsset || (trade.side === 'BUY' ? market.base : market.quote)
        const commission = (asset === market.quote ? part * market.price : part) / COMMISSION_DIVISOR
        return {
          id: trade.orderId * 10 + index,
          qty: textOf(part),
          quoteQty: textOf(part * market.price),
          commission: textOf(commission),
          commissionAsset: asset,
        }
      })
      trade.executedQty = textOf(base)
      trade.cummulativeQuoteQty = textOf(base * market.price)
      trade.status = 'FILLED'
    },
  }
}

export type BinanceBook = ReturnType<typeof createBinanceBook>

function movementOf({ coin, amount, transactionFee, withdrawOrderId }: Withdrawal) {
  return { coin, amount: negated(sumOf([amount, transactionFee])), clientId: withdrawOrderId }
}

function sign(amount: string, comes: boolean): string {
  return comes ? amount : negated(amount)
}

/** @throws for what has more decimals */
function unitsOf(text: string): bigint {
  const [whole = '', decimals = ''] = text.split('.')
  if (decimals.length > DECIMALS) throw new Error('too many decimals')
  return BigInt(whole + decimals.padEnd(DECIMALS, '0'))
}

function textOf(units: bigint): string {
  const digits = units.toString().padStart(DECIMALS + 1, '0')
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`
}
