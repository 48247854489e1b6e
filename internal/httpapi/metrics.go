package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the counters of the HTTP face, and the registry that others add theirs to.
type Metrics struct {
	Registry *prometheus.Registry
	calls    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

// NewMetrics makes a registry of its own; nothing is global.
func NewMetrics() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "consigil_calls_total", Help: "Calls by operation and status.",
		}, []string{"operation", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "consigil_call_seconds", Help: "Duration of calls by operation.",
			Buckets: []float64{.005, .02, .05, .1, .5, 2, 10},
		}, []string{"operation"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "consigil_calls_running", Help: "Calls that run now."}),
	}
	m.Registry.MustRegister(m.calls, m.seconds, m.inFlight)
	return m
}

// ServeHTTP serves the registry in Prometheus's text form.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

func (m *Metrics) enter() {
	if m != nil {
		m.inFlight.Inc()
	}
}

func (m *Metrics) leave(operation string, status int, took time.Duration) {
	if m == nil {
		return
	}
	m.inFlight.Dec()
	m.calls.WithLabelValues(operation, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(operation).Observe(took.Seconds())
}
