package storetest

import (
	"testing"

	"github.com/consigil/consigil/internal/store"
)

// Run runs the suite on one engine. Each case gets an empty store; on a server all use one database, one after
// the other, for making one takes longer than most cases.
func Run(t *testing.T, e Engine) {
	cases := []struct {
		name string
		test func(*testing.T, *Env)
	}{
		{"Envelope", testEnvelope},
		{"EnvelopeRows", testEnvelopeRows},
		{"CeremonyRows", testCeremonyRows},
		{"EventsAndMessages", testEventsAndMessages},
		{"Lists", testLists},
		{"Groups", testGroups},
		{"Deletes", testDeletes},
		{"ForeignOrganization", testForeign},
		{"ForeignParent", testForeignParent},
		{"ConflictsLeaveTheTransactionUsable", testConflicts},
		{"UnstorableText", testUnstorableText},
		{"PersonalDataIsEncrypted", testEncrypted},
		{"TwoActs", testTwoActs},
		{"TwoSeals", testTwoSeals},
		{"TwoRenewals", testTwoRenewals},
		{"DueRenewals", testDueRenewals},
		{"TwoUpdates", testTwoUpdates},
		{"Isolation", testIsolation},
		{"Snapshot", testSnapshot},
		{"Jobs", testJobs},
		{"JobLease", testJobLease},
		{"JobUnique", testJobUnique},
		{"JobClaims", testJobClaims},
		{"Periodic", testPeriodic},
		{"Log", testLog},
		{"LogFence", testLogFence},
		{"Audit", testAudit},
		{"Artifacts", testArtifacts},
		{"SealKeys", testSealKeys},
		{"SealRequests", testSealRequests},
		{"Authority", testAuthority},
		{"Accounts", testAccounts},
		{"Credentials", testCredentials},
		{"Counters", testCounters},
		{"Settings", testSettings},
		{"Uploads", testUploads},
		{"Answers", testAnswers},
		{"Migrations", testMigrations},
		{"Keys", testKeys},
	}
	database := e.Database(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			env := open(t, store.Config{Dir: t.TempDir(), Database: database, Conns: 8})
			if database != "" {
				t.Cleanup(func() { env.wipe(t) })
			}
			c.test(t, env)
		})
	}
}
