/**
 * Spreadsheets run a cell that begins like a formula, whoever wrote it. Such text gets an apostrophe in front, which they
 * show as text. Only for what people wrote: an amount is ours, and "-12.50" must stay a number. One that has such an apostrophe
 * already gets another, so that what is read back is what was there.
 * Source: OWASP, "CSV Injection".
 */
export function defuseFormula(text: string): string {
  return BEGINS_FORMULA.test(text) ? `'${text}` : text
}

/** The text that `defuseFormula` was given. */
export function readDefused(cell: string): string {
  return cell.startsWith("'") && BEGINS_FORMULA.test(cell) ? cell.slice(1) : cell
}

/** Also after blanks, which some programs skip, and in the full-width forms, which some take for the same. */
const BEGINS_FORMULA = /^'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/
