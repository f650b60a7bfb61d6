import { ABREAST, createCourse, type Course } from '#torture/course.ts'

describe('the course of a torture run', () => {
  const courses: Course[] = []
  /** Quick enough that a place is nothing to wait for. */
  const start = () => {
    const course = createCourse(1)
    courses.push(course)
    return course
  }
  /** By then another one would have come on. */
  const aWhile = () => start().reach(100)
  afterEach(() => {
    for (const course of courses.splice(0)) course.stop()
  })

  it('comes to each place in its order', async () => {
    const course = start()
    const places: number[] = []
    await Promise.all([30, 10, 20].map((place) => course.reach(place).then(() => places.push(place))))
    expect(places).toEqual([10, 20, 30])
  })

  it('stands still while as many wishes are under way as are carried at once, and goes on when one has ended', async () => {
    const course = start()
    const [end] = Array.from({ length: ABREAST }, () => course.begin())
    await aWhile()
    expect(course.at()).toBe(0)
    end?.()
    await course.reach(1)
  })

  it('is settled when no wish is under way any more, however often one says that it has ended', async () => {
    const course = start()
    const [one, other] = [course.begin(), course.begin()]
    let isSettled = false
    const settled = course.settled().then(() => {
      isSettled = true
    })
    one()
    one()
    await aWhile()
    expect(isSettled).toBe(false)
    other()
    await settled
  })

  it('is left by whoever is stopped', async () => {
    const stopping = new AbortController()
    const left = start().reach(1e9, stopping.signal)
    stopping.abort(new Error('all go home'))
    await expect(left).rejects.toThrow('all go home')
  })
})
