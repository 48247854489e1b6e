//go:build interop

package sweep

import "path/filepath"

// passwords of files of the test material, as their projects' own tests and the
// files' names give them; owner passwords where there is a choice, since they
// lift what the permissions forbid.
var passwords = map[string]string{
	"auth-event-ef-open.pdf":   "000000",
	"bug1782186.pdf":           "Hello",
	"encrypted-attachment.pdf": "000000",
	"issue15893_reduced.pdf":   "test",
	"issue6010_2.pdf":          "owner",
	"pr6531_1.pdf":             "asdfasdf",
	"print_protection.pdf":     "1234",

	"c-r3.pdf":                                               "user2",
	"c-r4.pdf":                                               "user2",
	"c-r6-in.pdf":                                            "owner4",
	"enc-R2,V1,U=view,O=master.pdf":                          "master",
	"enc-R2,V1,U=view,O=view.pdf":                            "view",
	"enc-R3,V2,O=master.pdf":                                 "master",
	"enc-R3,V2,U=view,O=master.pdf":                          "master",
	"enc-XI-R6,V5,O=master.pdf":                              "master",
	"enc-XI-R6,V5,U=view,O=master.pdf":                       "master",
	"enc-long-password.pdf":                                  "asdf asdf asdf asdf asdf asdf qwer",
	"job-json-encrypt-128.pdf":                               "u",
	"job-json-encrypt-40.pdf":                                "u",
	"pages-copy-encryption.pdf":                              "user",
	"unfilterable-with-crypt.pdf":                            "attachment",
	"enc-XI-R6,V5,U=view,attachments,cleartext-metadata.pdf": "view",

	"bug_1124998.pdf":              "test",
	"bug_644.pdf":                  "a",
	"encrypted.pdf":                "1234",
	"encrypted_hello_world_r2.pdf": "âge",
	"encrypted_hello_world_r3.pdf": "âge",
	"encrypted_hello_world_r5.pdf": "âge",
	"encrypted_hello_world_r6.pdf": "âge",

	"embedded-encrypted-nocf.pdf":               "secret",
	"malformed-encrypt-dict1.pdf":               "ownersecret",
	"minimal-aes256-empty-encrypted-string.pdf": "secret",
	"minimal-aes256.pdf":                        "ownersecret",
	"minimal-rc4.pdf":                           "ownersecret",
	"minimal-two-fields-aes256.pdf":             "ownersecret",
	"minimal-with-field-aes256.pdf":             "ownersecret",
	"minimal-with-field-rc4.pdf":                "ownersecret",
}

func passwordOf(path string) string { return passwords[filepath.Base(path)] }
