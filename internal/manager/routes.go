package manager

import (
	"net/http"

	"github.com/hawkerhq/hawker/internal/account"
	"github.com/hawkerhq/hawker/internal/media"
)

// Who does what.
var (
	admins   = []account.Role{account.Administrator}
	keepers  = []account.Role{account.Administrator, account.CatalogManager}
	speakers = []account.Role{account.Administrator, account.Agent}
)

// Nav is an entry of the side bar.
type Nav struct {
	Section, Path, Icon string
	roles               []account.Role
}

// nav is the side bar; the key of an entry's text is manager.nav_<section>.
func (s *Server) nav() []Nav {
	return []Nav{
		{"home", "", "layout-dashboard", nil},
		{"items", "/items", "package", nil},
		{"sets", "/sets", "layers", nil},
		{"sources", "/sources", "upload", keepers},
		{"issues", "/issues", "triangle-alert", nil},
		{"appeals", "/appeals", "gavel", nil},
		{"queue", "/queue", "list", s.moderators()},
		{"reports", "/reports", "flag", s.moderators()},
		{"standing", "/standing", "shield-alert", nil},
		{"india", "/india", "scroll-text", keepers},
		{"connections", "/connections", "link-2", admins},
		{"compose", "/compose", "send", speakers},
		{"inbox", "/inbox", "message-circle", speakers},
		{"orders", "/orders", "receipt-text", speakers},
		{"customers", "/customers", "users-round", speakers},
		{"templates", "/templates", "scroll-text", speakers},
		{"events", "/events", "webhook", admins},
		{"settings", "/settings", "settings-2", nil},
	}
}

// routes are all pages.
func (s *Server) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /manager", s.open(s.root))
	mux.HandleFunc("GET /manager/login", s.open(s.loginForm))
	mux.HandleFunc("POST /manager/login", s.open(s.login))
	mux.HandleFunc("POST /manager/logout", s.open(s.logout))
	mux.HandleFunc("GET /manager/join", s.open(s.joinForm))
	mux.HandleFunc("POST /manager/join", s.open(s.join))
	const b = " /manager/{business}"
	mux.HandleFunc("GET"+b, s.page(s.home))
	mux.HandleFunc("GET"+b+"/find", s.page(s.find))
	mux.HandleFunc("GET"+b+"/pulse", s.page(s.pulse))
	mux.HandleFunc("POST"+b+"/catalogs", s.page(s.createCatalog, keepers...))
	mux.HandleFunc("POST"+b+"/catalogs/{catalog}/delete", s.page(s.deleteCatalog, admins...))
	mux.HandleFunc("GET"+b+"/items", s.page(s.items))
	mux.HandleFunc("GET"+b+"/items.csv", s.page(s.itemsCSV))
	mux.HandleFunc("POST"+b+"/items", s.page(s.bulk, keepers...))
	mux.HandleFunc("POST"+b+"/items/columns", s.page(s.pickColumns))
	mux.HandleFunc("POST"+b+"/items/views", s.page(s.saveView))
	mux.HandleFunc("GET"+b+"/items/new", s.page(s.newItem, keepers...))
	mux.HandleFunc("POST"+b+"/items/new", s.pageOf(formPictures, s.createItem, keepers...))
	mux.HandleFunc("POST"+b+"/items/pictures", s.pageOf(media.PictureBytes+formMost, s.uploadPicture, keepers...))
	mux.HandleFunc("GET"+b+"/items/{item}", s.page(s.item))
	mux.HandleFunc("POST"+b+"/items/{item}", s.page(s.quickItem, keepers...))
	mux.HandleFunc("POST"+b+"/items/{item}/variants", s.page(s.changeVariants, keepers...))
	mux.HandleFunc("GET"+b+"/items/{item}/edit", s.page(s.editItem, keepers...))
	mux.HandleFunc("POST"+b+"/items/{item}/edit", s.pageOf(formPictures, s.updateItem, keepers...))
	mux.HandleFunc("POST"+b+"/items/{item}/delete", s.page(s.deleteItem, keepers...))
	mux.HandleFunc("POST"+b+"/items/{item}/appeal", s.page(s.appeal, keepers...))
	mux.HandleFunc("GET"+b+"/queue", s.page(s.queue, s.moderators()...))
	mux.HandleFunc("POST"+b+"/queue", s.page(s.decide, s.moderators()...))
	mux.HandleFunc("GET"+b+"/queue/agreement", s.page(s.agreement, s.moderators()...))
	mux.HandleFunc("GET"+b+"/reports", s.page(s.reports, s.moderators()...))
	mux.HandleFunc("POST"+b+"/reports", s.page(s.lookAgain, s.moderators()...))
	mux.HandleFunc("GET"+b+"/appeals", s.page(s.appeals))
	mux.HandleFunc("POST"+b+"/appeals", s.page(s.appealMany, keepers...))
	mux.HandleFunc("GET"+b+"/india", s.page(s.india, keepers...))
	mux.HandleFunc("POST"+b+"/india", s.page(s.fillIndia, keepers...))
	mux.HandleFunc("POST"+b+"/india/{phone}", s.page(s.tellIndia, admins...))
	mux.HandleFunc("GET"+b+"/standing", s.page(s.standing))
	mux.HandleFunc("POST"+b+"/standing/{account}", s.page(s.enforce, s.moderators()...))
	mux.HandleFunc("POST"+b+"/standing/{account}/{violation}/appeal", s.page(s.appealViolation, admins...))
	mux.HandleFunc("POST"+b+"/standing/{account}/{violation}/decision", s.page(s.decideViolation, s.moderators()...))
	mux.HandleFunc("GET"+b+"/sets", s.page(s.sets))
	mux.HandleFunc("GET"+b+"/sets/new", s.page(s.newSet, keepers...))
	mux.HandleFunc("POST"+b+"/sets/new", s.page(s.saveSet, keepers...))
	mux.HandleFunc("GET"+b+"/sets/{set}", s.page(s.set, keepers...))
	mux.HandleFunc("POST"+b+"/sets/{set}", s.page(s.saveSet, keepers...))
	mux.HandleFunc("GET"+b+"/sources", s.page(s.sources, keepers...))
	mux.HandleFunc("POST"+b+"/sources", s.pageOf(fileMost, s.addSource, keepers...))
	mux.HandleFunc("GET"+b+"/sources/{feed}", s.page(s.source, keepers...))
	mux.HandleFunc("POST"+b+"/sources/{feed}", s.pageOf(fileMost, s.changeSource, keepers...))
	mux.HandleFunc("GET"+b+"/sources/{feed}/uploads/{upload}", s.page(s.upload, keepers...))
	mux.HandleFunc("GET"+b+"/sources/{feed}/uploads/{upload}/refused.csv", s.page(s.refused, keepers...))
	mux.HandleFunc("POST"+b+"/sources/{feed}/uploads/{upload}/cancel", s.page(s.cancelUpload, keepers...))
	mux.HandleFunc("POST"+b+"/sources/{feed}/uploads/{upload}/report", s.page(s.report, keepers...))
	mux.HandleFunc("GET"+b+"/issues", s.page(s.issues))
	mux.HandleFunc("POST"+b+"/issues", s.page(s.fixIssue, keepers...))
	mux.HandleFunc("GET"+b+"/batches", s.page(s.batches, keepers...))
	mux.HandleFunc("GET"+b+"/batches/{handle}", s.page(s.batch, keepers...))
	mux.HandleFunc("GET"+b+"/connections", s.page(s.connections, admins...))
	mux.HandleFunc("POST"+b+"/connections/{account}", s.page(s.connect, admins...))
	mux.HandleFunc("POST"+b+"/accounts", s.page(s.createAccount, admins...))
	mux.HandleFunc("POST"+b+"/accounts/{account}/numbers", s.page(s.addNumber, admins...))
	mux.HandleFunc("GET"+b+"/numbers/{phone}", s.page(s.number, admins...))
	mux.HandleFunc("POST"+b+"/numbers/{phone}", s.page(s.changeNumber, admins...))
	mux.HandleFunc("POST"+b+"/numbers/{phone}/commerce", s.page(s.commerce, admins...))
	mux.HandleFunc("POST"+b+"/numbers/{phone}/profile", s.page(s.profile, admins...))
	mux.HandleFunc("GET"+b+"/compose", s.page(s.compose, speakers...))
	mux.HandleFunc("POST"+b+"/compose", s.page(s.send, speakers...))
	mux.HandleFunc("GET"+b+"/inbox", s.page(s.inbox, speakers...))
	mux.HandleFunc("GET"+b+"/inbox/{phone}/{customer}", s.page(s.thread, speakers...))
	mux.HandleFunc("POST"+b+"/inbox/{phone}/{customer}", s.page(s.reply, speakers...))
	mux.HandleFunc("POST"+b+"/inbox", s.page(s.changeQuick, speakers...))
	mux.HandleFunc("POST"+b+"/inbox/{phone}/{customer}/agent", s.page(s.assign, speakers...))
	mux.HandleFunc("GET"+b+"/inbox/{phone}/{customer}/files/{file}", s.page(s.threadFile, speakers...))
	mux.HandleFunc("GET"+b+"/orders", s.page(s.orders, speakers...))
	mux.HandleFunc("GET"+b+"/orders/board", s.page(s.board, speakers...))
	mux.HandleFunc("GET"+b+"/customers", s.page(s.customers, speakers...))
	mux.HandleFunc("GET"+b+"/customers/{customer}", s.page(s.customer, speakers...))
	mux.HandleFunc("GET"+b+"/orders.csv", s.page(s.ordersCSV, speakers...))
	mux.HandleFunc("GET"+b+"/orders/{order}", s.page(s.order, speakers...))
	mux.HandleFunc("POST"+b+"/orders/{order}", s.page(s.workOrder, speakers...))
	mux.HandleFunc("GET"+b+"/templates", s.page(s.templates, speakers...))
	mux.HandleFunc("GET"+b+"/templates/new", s.page(s.newTemplate, speakers...))
	mux.HandleFunc("POST"+b+"/templates", s.page(s.createTemplate, speakers...))
	mux.HandleFunc("POST"+b+"/templates/{template}/delete", s.page(s.deleteTemplate, speakers...))
	mux.HandleFunc("GET"+b+"/events", s.page(s.events, admins...))
	mux.HandleFunc("GET"+b+"/receivers", s.page(s.receivers, admins...))
	mux.HandleFunc("POST"+b+"/receivers/{receiver}", s.page(s.steerReceiver, admins...))
	mux.HandleFunc("POST"+b+"/endpoints", s.page(s.createEndpoint, admins...))
	mux.HandleFunc("POST"+b+"/endpoints/{endpoint}", s.page(s.changeEndpoint, admins...))
	mux.HandleFunc("POST"+b+"/replays", s.page(s.replay, admins...))
	mux.HandleFunc("GET"+b+"/events/{delivery}", s.page(s.event, admins...))
	mux.HandleFunc("POST"+b+"/events/resend", s.page(s.resend, admins...))
	mux.HandleFunc("POST"+b+"/events/{delivery}/resend", s.page(s.resend, admins...))
	mux.HandleFunc("GET"+b+"/settings", s.page(s.settings))
	mux.HandleFunc("POST"+b+"/settings/self", s.page(s.changeSelf))
	mux.HandleFunc("POST"+b+"/settings/people", s.page(s.people, admins...))
	mux.HandleFunc("POST"+b+"/settings/programs", s.page(s.program, admins...))
	mux.HandleFunc("/manager/", s.open(func(*visit) error { return errNothing }))
}
