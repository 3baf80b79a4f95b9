// Linked into the static program alone. Its libc holds the `files` and `dns`
// name services; whatever else a machine's nsswitch.conf lists (mdns, sss)
// would be loaded from that machine's libc, which need not be ours, and
// crash. So the static program asks the two it brings, on every machine.
#include <netdb.h>
#include <nss.h>

namespace {
const int hosts_configured = __nss_configure_lookup("hosts", "files dns");
}  // namespace
