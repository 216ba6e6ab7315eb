import { describe } from 'vitest'
import type { ChannelHarness } from './harness.ts'
import { rulesOfClassify } from './rules-of-classify.ts'
import { rulesOfDelivery } from './rules-of-delivery.ts'
import { rulesOfLife } from './rules-of-life.ts'
import { rulesOfPeople } from './rules-of-people.ts'
import { rulesOfSending } from './rules-of-sending.ts'
import { stageTest } from './stage-test.ts'

/**
 * Registers the tests that every channel must pass, with vitest: what pairs and what never does, that a message is
 * handled once and in order, whom the gate answers, what sending answers, and how a connection breaks and ends.
 *
 * @param name - of the suite, such as `telegram`
 * @param harness - the channel, and its platform on loopback; see {@link ChannelHarness}
 */
export function channelContract<Raw>(name: string, harness: ChannelHarness<Raw>): void {
  describe(`channel contract: ${name}`, () => {
    const test = stageTest(harness)
    rulesOfClassify(harness)
    rulesOfDelivery(test, harness)
    rulesOfPeople(test, harness)
    rulesOfSending(test)
    rulesOfLife(test)
  })
}
