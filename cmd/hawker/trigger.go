package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/spf13/cobra"
)

// trigger makes things happen that a customer would do.
type trigger struct {
	*platform
	customer, phone, text, product, reason string
	quantity                               int
}

func newTrigger(environ []string) *cobra.Command {
	t := &trigger{}
	does := map[string]func(context.Context) (string, error){
		"message": t.message, "enquiry": t.enquiry, "order": t.order, "status": t.status, "report": t.report, "block": t.block, "unblock": t.unblock,
	}
	cmd := &cobra.Command{
		Use:   "trigger EVENT",
		Short: "Do what a customer does: message, enquiry, order, status, report, block, unblock",
		Long: `Does what a customer does, so that your program hears of it:
  message   writes --text
  enquiry   asks --text about --product
  order     puts --quantity of --product into the cart and sends it
  status    takes and reads what the business sent last
  report    reports --product for --reason
  block, unblock`,
		Example:   "  hawker trigger order --product CF01 --quantity 2",
		Args:      cobra.ExactArgs(1),
		ValidArgs: []string{"message", "enquiry", "order", "status", "report", "block", "unblock"},
		RunE: func(cmd *cobra.Command, args []string) error {
			do, ok := does[args[0]]
			if !ok {
				return fmt.Errorf("%q cannot be triggered; there are message, enquiry, order, status, report, block and unblock", args[0])
			}
			said, err := do(cmd.Context())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), said)
			return err
		},
	}
	t.platform = platformFlags(cmd, environ)
	f := cmd.Flags()
	f.StringVar(&t.customer, "customer", "84901234567", "the customer's number, digits only")
	f.StringVar(&t.phone, "phone", "400000000000001", "id of the business's number")
	f.StringVar(&t.text, "text", "", "what the customer writes")
	f.StringVar(&t.product, "product", "", "SKU; without one, the first product on show")
	f.StringVar(&t.reason, "reason", "misleading", "of a report")
	f.IntVar(&t.quantity, "quantity", 1, "how many are ordered")
	return cmd
}

func (t *trigger) chat(rest string) string {
	return "/customers/" + url.PathEscape(t.customer) + "/chats/" + url.PathEscape(t.phone) + rest
}

func (t *trigger) write(ctx context.Context, body map[string]any) (string, error) {
	var a struct {
		ID string `json:"message_id"`
	}
	err := t.sandbox(ctx, http.MethodPost, t.chat("/messages"), body, &a)
	return a.ID, err
}

func (t *trigger) message(ctx context.Context) (string, error) {
	if t.text == "" {
		t.text = "Xin chào"
	}
	return t.write(ctx, map[string]any{"text": t.text})
}

// sku is the product meant.
func (t *trigger) sku(ctx context.Context) (string, error) {
	if t.product != "" {
		return t.product, nil
	}
	var shown struct {
		Products []struct {
			RetailerID string `json:"retailer_id"`
		}
	}
	if err := t.sandbox(ctx, http.MethodGet, t.chat("/catalog?limit=1"), nil, &shown); err != nil {
		return "", err
	}
	if len(shown.Products) == 0 {
		return "", errors.New("the shop shows no products; --product names one")
	}
	return shown.Products[0].RetailerID, nil
}

func (t *trigger) enquiry(ctx context.Context) (string, error) {
	sku, err := t.sku(ctx)
	if err != nil {
		return "", err
	}
	if t.text == "" {
		t.text = "Còn hàng không?"
	}
	return t.write(ctx, map[string]any{"text": t.text, "product_retailer_id": sku})
}

func (t *trigger) order(ctx context.Context) (string, error) {
	sku, err := t.sku(ctx)
	if err != nil {
		return "", err
	}
	if err := t.sandbox(ctx, http.MethodPut, t.chat("/cart/"+url.PathEscape(sku)), map[string]any{"quantity": t.quantity}, nil); err != nil {
		return "", err
	}
	var a struct {
		Message string `json:"message_id"`
		Order   string `json:"order_id"`
	}
	err = t.sandbox(ctx, http.MethodPost, t.chat("/cart/send"), map[string]any{"note": t.text}, &a)
	return a.Message + " order " + a.Order, err
}

// status reads the chat as the customer does, up to the business's last message.
func (t *trigger) status(ctx context.Context) (string, error) {
	var v struct {
		Messages []struct {
			ID       string `json:"id"`
			Outbound bool   `json:"from_business"`
		}
	}
	if err := t.sandbox(ctx, http.MethodGet, t.chat(""), nil, &v); err != nil {
		return "", err
	}
	for _, m := range slices.Backward(v.Messages) {
		if m.Outbound {
			return m.ID + " read", t.sandbox(ctx, http.MethodPost, t.chat("/read"), map[string]any{"up_to": m.ID}, nil)
		}
	}
	return "", errors.New("the business has sent nothing yet: hawker send does")
}

func (t *trigger) report(ctx context.Context) (string, error) {
	sku, err := t.sku(ctx)
	if err != nil {
		return "", err
	}
	return sku + " reported", t.sandbox(ctx, http.MethodPost, t.chat("/products/"+url.PathEscape(sku)+"/report"), map[string]any{"reason": t.reason, "text": t.text}, nil)
}

func (t *trigger) block(ctx context.Context) (string, error) {
	return "blocked", t.sandbox(ctx, http.MethodPost, t.chat("/block"), nil, nil)
}

func (t *trigger) unblock(ctx context.Context) (string, error) {
	return "unblocked", t.sandbox(ctx, http.MethodDelete, t.chat("/block"), nil, nil)
}
