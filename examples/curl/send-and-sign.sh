#!/usr/bin/env bash
# The whole job with curl and jq: uploads a PDF, places two signatures, sends it to two people, signs as both, waits
# for the seal, and leaves sealed.pdf, certificate.pdf, evidence.zip and trust.pem in a folder.
#
#   examples/curl/send-and-sign.sh http://127.0.0.1:8321 data/initial-api-key contract.pdf out
#
# The key needs the permission links:reveal, which the initial key has: without a mail server, a link reaches its
# recipient through the sender. That is recorded and printed in the evidence.
set -euo pipefail

if [ $# -ne 4 ]; then
	sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
	exit 64
fi
[ -r "$3" ] || { echo "send-and-sign: cannot read the PDF file" >&2; exit 64; }
base=${1%/} key=$(tr -d '\r\n' <"$2") pdf=$3 out=$4
api=$base/api/v1
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "send-and-sign: $*" >&2
	exit 1
}

# call METHOD PATH [curl arguments]: prints the answer, or its problem and stops.
call() {
	local method=$1 path=$2 status
	shift 2
	status=$(curl -sS -o "$work/answer" -w '%{http_code}' -X "$method" "$@" "$api$path") || fail "$method $path: no answer"
	[[ $status == 2* ]] || fail "$method $path: $status $(cat "$work/answer")"
	cat "$work/answer"
}
sender() { call "$@" -H "Authorization: Bearer $key" -H 'Content-Type: application/json'; }

echo "1. Upload $(basename "$pdf")"
upload=$(call POST "/uploads?name=$(basename "$pdf" | jq -sRr 'rtrimstr("\n")|@uri')" -H "Authorization: Bearer $key" \
	-H 'Content-Type: application/pdf' --data-binary "@$pdf" | jq -r .id)

echo "2. Make an envelope with two recipients and a signature for each"
envelope=$(jq -n --arg upload "$upload" '{
	title: "Contract", message: "Please sign.", documents: [{upload: $upload}],
	recipients: [
		{role: "signer", name: "Kőműves Ödön", email: "odon@example.org"},
		{role: "signer", name: "Maria Rossi", email: "maria@example.org"}],
	fields: [
		{type: "signature", required: true, document_position: 1, recipient_position: 1, page: 1, x: 40, y: 40, width: 180, height: 50},
		{type: "signature", required: true, document_position: 1, recipient_position: 2, page: 1, x: 240, y: 40, width: 180, height: 50}]
}' | sender POST /envelopes -H "Idempotency-Key: $(basename "$work")" --data @-)
id=$(jq -r .id <<<"$envelope")

# wait_for STATE...: reads the envelope until it is in one of these states.
wait_for() {
	local state
	for _ in $(seq 300); do
		state=$(sender GET "/envelopes/$id" | jq -r .state)
		[[ " $* " == *" $state "* ]] && return
		[[ $state =~ ^(declined|voided|expired)$ ]] && fail "the envelope is $state"
		sleep 0.2
	done
	fail "the envelope is still $state"
}

echo "3. Send it"
sender POST "/envelopes/$id/send" >"$work/sent"
wait_for sent

for recipient in $(jq -r '.recipients[].id' <<<"$envelope"); do
	link=$(sender POST "/envelopes/$id/recipients/$recipient/link" | jq -r .url)
	token=${link##*/s/}
	# The cookie is Secure; browsers send it to a loopback address, curl is told to.
	opened=$(jq -n --arg token "$token" '{token: $token}' |
		call POST /ceremonies/exchange -D "$work/head" -H 'Content-Type: application/json' --data @-)
	ceremony=$(jq -r .ceremony <<<"$opened")
	cookie=$(tr -d '\r' <"$work/head" | sed -n 's/^[Ss]et-[Cc]ookie: \([^;]*\).*/\1/p')
	guest() { call "$1" "/ceremonies/$ceremony$2" -H "Cookie: $cookie" -H 'Content-Type: application/json' "${@:3}"; }

	sitting=$(guest GET '')
	name=$(jq -r .name <<<"$sitting")
	echo "4. $name reads, agrees and signs"
	guest GET /disclosure | jq '{version, locale, hash}' | guest POST /consent --data @- >/dev/null
	while read -r document digest; do
		guest GET "/documents/$document/$digest" >"$work/read.pdf"
	done < <(jq -r '.documents[] | "\(.id) \(.digest)"' <<<"$sitting")
	jq --arg name "$name" '{values: ([.fields[] | select(.mine and .type == "signature")
		| {key: .id, value: {kind: "typed", text: $name}}] | from_entries)}' <<<"$sitting" | guest PUT /values --data @- >/dev/null
	guest POST /preview | jq '{reviewed: ([.documents[] | {key: .document, value: .reviewed}] | from_entries)}' |
		guest POST /sign -H "Idempotency-Key: $ceremony" --data @- >/dev/null
done

echo "5. Wait for the seal and the evidence"
wait_for delivered
document=$(jq -r '.documents[0].id' <<<"$envelope")
sender GET "/envelopes/$id/documents/$document/file?kind=sealed" >"$out/sealed.pdf"
sender GET "/envelopes/$id/certificate" >"$out/certificate.pdf"
sender GET "/envelopes/$id/evidence" >"$out/evidence.zip"
curl -sSf "$base/pki/trust.pem" -o "$out/trust.pem"
echo "Done: $out/sealed.pdf certificate.pdf evidence.zip trust.pem"
echo "Check it: consigil verify $out/sealed.pdf --trust $out/trust.pem"
