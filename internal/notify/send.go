package notify

import (
	"context"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/schedule"
)

func (s *Service) send(ctx context.Context, job schedule.Job) error {
	return &schedule.Again{Reason: "starting"}
}

// Read renders a stored message for the product, every link masked as /s/…
func (s *Service) Read(ctx context.Context, org id.Org, message id.ID) (*Rendered, error) {
	return nil, problem.New(problem.Unavailable, "messages_starting", "Messages are starting; try again shortly.")
}
