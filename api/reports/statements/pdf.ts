import { fileURLToPath } from 'node:url'
import { setImmediate } from 'node:timers/promises'
import Pdf from 'pdfkit'
import { readableText } from './readable-text.ts'
import type { Line, Statement } from './statement.ts'

export const PDF_TYPE = 'application/pdf'

/** The fonts that every reader of PDF has know no Greek and no Cyrillic, so one comes along; see its LICENSE. */
const FONT = fileURLToPath(new URL('./font/DejaVuSansCondensed.ttf', import.meta.url))
const MARGIN = 36
const SMALL = 7
const ROW_HEIGHT = 20
/** Other requests get their turn after so many lines. */
const LINES_AT_ONCE = 50

type Cell = {
  readonly name: string
  readonly width: number
  readonly align: 'left' | 'right'
  readonly of: (line: Line) => string
}

/** In points, of an A4 page on its side. An amount of thirty digits fits. */
const CELLS: readonly Cell[] = [
  { name: 'Date (UTC)', width: 84, align: 'left', of: ({ at }) => at.slice(0, 19).replace('T', ' ') },
  {
    name: 'Operation',
    width: 128,
    align: 'left',
    of: ({ type, requestIdentifier }) => `${type} ${requestIdentifier}`,
  },
  {
    name: 'Counterparty',
    width: 150,
    align: 'left',
    of: ({ counterparty }) => `${counterparty.name} ${counterparty.serial ?? ''}`,
  },
  { name: 'Description', width: 138, align: 'left', of: ({ description }) => description ?? '' },
  { name: 'Amount', width: 135, align: 'right', of: ({ amount }) => amount },
  { name: 'Balance', width: 135, align: 'right', of: ({ balance }) => balance },
]

/** The statement on paper, page by page with its number on each. */
export async function statementPdf(statement: Statement): Promise<Buffer> {
  const document = new Pdf({
    size: 'A4',
    layout: 'landscape',
    margin: MARGIN,
    bufferPages: true,
    font: FONT,
    info: { Title: `Statement ${statement.serial}` },
  })
  const whole = collect(document)
  writeHead(document, statement)
  writeRow(document, (cell) => cell.name)
  for (const [index, line] of statement.lines.entries()) {
    if (index % LINES_AT_ONCE === 0) await setImmediate()
    writeRow(document, (cell) => cell.of(line))
  }
  writeFoot(document, statement)
  numberPages(document, statement)
  document.end()
  return whole
}

async function collect(document: PDFKit.PDFDocument): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of document) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function writeHead(document: PDFKit.PDFDocument, statement: Statement): void {
  const { serial, name, organization, currency, from, to, openingBalance } = statement
  document.fontSize(14).text(`Statement of account ${serial}`)
  document.fontSize(9)
  document.text(readableText(`${organization.name}, ${name}`))
  document.text(`From ${from} until before ${to}, in ${currency}`)
  document.moveDown().text(`Opening balance: ${openingBalance} ${currency}`).moveDown()
}

function writeFoot(document: PDFKit.PDFDocument, statement: Statement): void {
  const { credits, debits, closingBalance, currency } = statement
  if (document.y + 4 * ROW_HEIGHT > bottomOf(document)) document.addPage()
  document.fontSize(9).moveDown()
  document.text(`Credits: ${credits} ${currency}`, MARGIN)
  document.text(`Debits: ${debits} ${currency}`)
  document.text(`Closing balance: ${closingBalance} ${currency}`)
}

/** Two lines at most: what is longer is cut, but an amount never is. */
function writeRow(document: PDFKit.PDFDocument, textOf: (cell: Cell) => string): void {
  if (document.y + ROW_HEIGHT > bottomOf(document)) document.addPage()
  const top = document.y
  let left = MARGIN
  document.fontSize(SMALL)
  for (const cell of CELLS) {
    const { width, align } = cell
    const cut = align === 'left' ? { height: ROW_HEIGHT - 2, ellipsis: true } : {}
    document.text(readableText(textOf(cell)), left, top, { width: width - 6, align, ...cut })
    left += width
  }
  document.x = MARGIN
  document.y = top + ROW_HEIGHT
}

function bottomOf(document: PDFKit.PDFDocument): number {
  return document.page.height - MARGIN - SMALL
}

/** Written last, into the margin, when it is known how many there are. */
function numberPages(document: PDFKit.PDFDocument, { serial }: Statement): void {
  const { count } = document.bufferedPageRange()
  for (let page = 0; page < count; page += 1) {
    document.switchToPage(page)
    document.page.margins.bottom = 0
    const top = document.page.height - MARGIN
    document
      .fontSize(SMALL)
      .text(`${serial}, page ${page + 1} of ${count}`, MARGIN, top, { lineBreak: false })
  }
}
