// Package bench measures the signing engine on files of every size and beside EU
// DSS, in one run, so that its figures are ratios: what another program or the bare
// operation needs on the same machine at the same time. It asserts nothing about
// time; test/bench.sh runs it under the build tag "bench". Nothing here is part of
// the product.
package bench
