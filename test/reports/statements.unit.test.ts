import fc from 'fast-check'
import { defuseFormula, readDefused } from '#domain/contracts/formula.ts'
import { reportOfWorkflow, reportWorkflowId } from '#domain/reports/report-workflow.ts'
import { totalStatement } from '#domain/reports/statement.ts'

describe('the totals of a statement', () => {
  it('lead from the opening to the closing balance, whatever the postings', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.array(fc.bigInt()), (opening, amounts) => {
        let balance = opening
        const lines = amounts.map((amount) => ({ amount, balance: (balance += amount) }))
        const { credits, debits, closing } = totalStatement(opening, lines)
        expect(closing).toBe(balance)
        expect(opening + credits - debits).toBe(closing)
        expect(credits >= 0n && debits >= 0n).toBe(true)
      }),
    )
  })

  it('are not given where a balance does not follow from the one before', () => {
    const lines = [
      { amount: 5n, balance: 15n },
      { amount: -3n, balance: 13n },
    ]
    expect(() => totalStatement(10n, lines)).toThrow('a running balance is 13, its postings say 12')
    expect(() => totalStatement(11n, lines.slice(0, 1))).toThrow('running balance')
  })
})

describe('text for a spreadsheet', () => {
  it.each([
    '=1+1',
    '+49 30 1234',
    '-2',
    '-2+cmd|calc',
    '@SUM(A1)',
    '\t=1',
    '\rtext',
    '\n=1',
    '  =1',
    '\u00A0@x',
    '＝1+1',
    '＋1',
    '－1',
    '＠x',
  ])('never begins like a formula: %j', (text) => {
    expect(defuseFormula(text)).toBe(`'${text}`)
  })

  it.each(['', 'Ann', 'a=b', '1-2', "'1", 'Жанна', '"=1"', '.5'])('stays as it is otherwise: %j', (text) => {
    expect(defuseFormula(text)).toBe(text)
  })

  it.each(['=1', "'=1", "''=1", ' -x', "'x", "'", '', '\t', "' @", '＋1'])(
    'reads back as it was: %j',
    (text) => {
      expect(readDefused(defuseFormula(text))).toBe(text)
    },
  )
})

describe("a report's workflow", () => {
  const id = 'exp_01h2xcejqtf2nbrexx3vqjhp41'

  it('is named after the report, which is found by its name again', () => {
    expect(reportWorkflowId('export', id)).toBe(`export/${id}`)
    expect(reportOfWorkflow('export', `export/${id}`)).toBe(id)
  })

  it.each([id, `reconciliation/${id}`, 'export/', 'export/rec_01h2xcejqtf2nbrexx3vqjhp41', `export/${id}0`])(
    'is none under the name %j',
    (name) => {
      expect(reportOfWorkflow('export', name)).toBeUndefined()
    },
  )
})
