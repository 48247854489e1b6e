package storetest

import "testing"

// Run runs the suite on one engine. Each case gets an empty store.
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
		{"Deletes", testDeletes},
		{"ForeignOrganization", testForeign},
		{"ForeignParent", testForeignParent},
		{"ConflictsLeaveTheTransactionUsable", testConflicts},
		{"UnstorableText", testUnstorableText},
		{"PersonalDataIsEncrypted", testEncrypted},
		{"TwoActs", testTwoActs},
		{"TwoSeals", testTwoSeals},
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
		{"Accounts", testAccounts},
		{"Credentials", testCredentials},
		{"Counters", testCounters},
		{"Settings", testSettings},
		{"Uploads", testUploads},
		{"Answers", testAnswers},
		{"Migrations", testMigrations},
		{"Keys", testKeys},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.test(t, e.Open(t)) })
	}
}
