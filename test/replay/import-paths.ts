import { importDesk } from '#test/support/imports.ts'
import { REPORTS_QUEUE } from '#workflows/policy.ts'
import type { Paths } from './path.ts'

const ALL_OR_NOTHING = { kind: 'accounts', format: 'csv', mode: 'all_or_nothing' }

export const importPaths: Paths = {
  'import-complete': async (engine) => {
    const desk = importDesk(engine)
    const { organization } = await engine.addClient()
    const { id } = await desk.run({}, `type,owner\n${await desk.addType()},${organization}\n`)
    return `import/${id}`
  },

  'import-refused': async (engine) => {
    const { id } = await importDesk(engine).run(ALL_OR_NOTHING, 'type,owner\nnone,nobody\n')
    return `import/${id}`
  },

  'import-started-for-nothing': async (engine) => {
    const workflowId = 'import/imp_01h2xcejqtf2nbrexx3vqjhp41'
    await engine.client.workflow.start('bulkImport', { workflowId, taskQueue: REPORTS_QUEUE })
    return workflowId
  },
}
