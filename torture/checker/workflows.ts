import { groupBy, indexBy } from './rows.ts'
import type { Book, Finding, Operation, Rule } from './run.ts'
import { FINAL } from './states.ts'

const PREFIX: Readonly<Record<string, string>> = {
  top_up: 'topup',
  withdrawal: 'withdrawal',
  transfer: 'transfer',
  return: 'return',
  reversal: 'reversal',
  suspense_return: 'suspense-return',
  opening_balance: 'opening',
  platform_deposit: 'platform-deposit',
  platform_withdrawal: 'platform-withdrawal',
  platform_trade: 'platform-trade',
}

/** Undefined where the kind is booked in one step and has no workflow. */
export function workflowIdOf({ kind, id }: Pick<Operation, 'kind' | 'id'>): string | undefined {
  const prefix = PREFIX[kind]
  return prefix === undefined ? undefined : `${prefix}/${id}`
}

/** No workflow fails, times out, or is ended from outside. */
export const noWorkflowFails: Rule = {
  name: 'no_workflow_fails',
  find: ({ workflows }) =>
    workflows
      .filter(({ status }) => status !== 'RUNNING' && status !== 'COMPLETED')
      .map(({ id, status }) => ({ subject: id, detail: `is ${status}` })),
}

/** What is not final has a workflow that runs, or a person who knows; what is final has none that runs. */
export const workflowsAgree: Rule = {
  name: 'workflows_agree',
  find: ({ book, workflows }) => {
    const found = indexBy(workflows, ({ id }) => id)
    const atOnce = bookedInTheRequest(book)
    return book.operations.flatMap((operation): Finding[] => {
      const name = workflowIdOf(operation)
      const { id, state, attention } = operation
      const workflow = name === undefined ? undefined : found.get(name)
      if (name === undefined) return []
      const status = workflow?.status ?? 'absent'
      const wanted = FINAL.has(state) ? ['COMPLETED', ...(atOnce.has(id) ? ['absent'] : [])] : ['RUNNING']
      if (!wanted.includes(status))
        return attention !== null && !FINAL.has(state)
          ? []
          : [{ subject: id, detail: `is ${state}, its workflow ${name} is ${status}` }]
      return status === 'COMPLETED' && workflow?.endState !== undefined && workflow.endState !== state
        ? [{ subject: id, detail: `is ${state}; its workflow ended with ${workflow.endState}` }]
        : []
    })
  },
}

/** A transfer that no rule held back was one step inside the request. */
function bookedInTheRequest({ operations, auditRows }: Book): Set<string> {
  const transfers = new Set(operations.filter(({ kind }) => kind === 'transfer').map(({ id }) => id))
  return new Set(
    auditRows
      .filter(({ action, source }) => action === 'operation.register' && source === 'api')
      .map(({ subject_id }) => subject_id)
      .filter((id) => transfers.has(id)),
  )
}

/** Each workflow of an operation, and each check, is of an operation that is known, and of its kind. */
export const workflowsAreOfKnownOperations: Rule = {
  name: 'workflows_are_of_known_operations',
  find: ({ book, workflows }) => {
    const known = new Set(book.operations.map(workflowIdOf))
    // A platform's call starts one to ask whether money came back; often it did not, or another has it.
    const asked = new Set(book.inbox.map(({ operation_id }) => `return/${operation_id}`))
    const checks = indexBy(book.operations, ({ id }) => id)
    return workflows.flatMap(({ id, status }): Finding[] => {
      const [kind = '', operation = '', n = ''] = id.split('/')
      if (kind === 'aml') {
        const of = checks.get(operation)
        if (!of || of.screening_no < Number(n))
          return [{ subject: id, detail: 'a check that nothing asked for' }]
        const isDue = of.state === 'screening' || of.state === 'review'
        return status === 'RUNNING' && !isDue
          ? [{ subject: id, detail: `still runs, and its operation is ${of.state}` }]
          : []
      }
      const isOfOperation = Object.values(PREFIX).includes(kind)
      return isOfOperation && !known.has(id) && !asked.has(id)
        ? [{ subject: id, detail: 'stands for no operation' }]
        : []
    })
  },
}

/** A check that waits has a workflow that waits. */
export const checksAreRunning: Rule = {
  name: 'checks_are_running',
  find: ({ book, workflows }) => {
    const running = groupBy(
      workflows.filter(({ id, status }) => id.startsWith('aml/') && status === 'RUNNING'),
      ({ id }) => id.split('/')[1] ?? null,
    )
    return book.operations
      .filter(({ state, attention }) => state === 'review' && attention === null)
      .flatMap(({ id }) => {
        const count = running.get(id)?.length ?? 0
        return count === 1 ? [] : { subject: id, detail: `waits in review, and ${count} check(s) run` }
      })
  },
}

/** Histories are read by many and kept for long: they hold ids and amounts, no names, accounts or words of clients. */
export const historiesHoldNoPersonalData: Rule = {
  name: 'histories_hold_no_personal_data',
  find: ({ book, workflows }) => {
    const personal = new Set(
      book.operations
        .flatMap(({ asked_by, description, full_name, iban, account_number }) => [
          // What a platform did by itself has the platform's word for it, such as "deposit".
          asked_by === null ? null : description,
          full_name,
          iban,
          account_number,
        ])
        .filter((text) => text !== null && text.length >= LEAST_TELLING),
    )
    return workflows.flatMap(({ id, words }) => {
      const said = words.join('\n')
      const found = [...personal].find((text) => text !== null && said.includes(text))
      return found === undefined ? [] : { subject: id, detail: `its history says ${found}` }
    })
  },
}

/** Shorter words may stand there by chance. */
const LEAST_TELLING = 6
