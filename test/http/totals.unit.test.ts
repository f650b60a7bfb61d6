import { pageReply } from '#api/http/page.ts'
import { COUNT_MAX, viewReply } from '#api/http/view.ts'

describe.each([COUNT_MAX, COUNT_MAX + 1])('of %d records', (total) => {
  const totalIsCapped = total > COUNT_MAX

  it('a view counts as many as are counted, and says whether there are more', () => {
    expect(viewReply({ pageNumber: 0, pageSize: 20 }, total, []).body).toMatchObject({
      totalRecords: 1_000,
      totalPages: 50,
      totalIsCapped,
    })
  })

  it('a list does the same', () => {
    const { body } = pageReply({ limit: 50, offset: 0 }, { total, data: [], one: 'account' })
    expect(body).toMatchObject({ total: 1_000, totalIsCapped })
  })
})
