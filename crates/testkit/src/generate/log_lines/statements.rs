//! The statements of made-up programs that write [`super::LogLines`], in the forms that are common
//! in the wild: syslog, application logs of several languages, stack traces, access logs,
//! Kubernetes, JSON, `key=value`, databases, functions, flow logs.
//!
//! A statement's weight says how often it writes relative to the others. What stands in braces is
//! filled in anew for each line. Two statements are different when a program would hold two lines
//! of code for them, however similar their texts are.

/// Weight and text of each statement.
pub(super) const STATEMENTS: &[(u32, &str)] = &[
    // OpenSSH, sudo, cron, systemd, the kernel, mail.
    (
        40,
        "{syslog} sshd[{pid}]: Accepted publickey for {user} from {ip} port {port} ssh2: RSA SHA256:{base64}",
    ),
    (
        30,
        "{syslog} sshd[{pid}]: Failed password for {user} from {ip} port {port} ssh2",
    ),
    (
        60,
        "{syslog} sshd[{pid}]: Failed password for invalid user {user} from {ip} port {port} ssh2",
    ),
    (
        25,
        "{syslog} sshd[{pid}]: Connection closed by {ip} port {port} [preauth]",
    ),
    (
        25,
        "{syslog} sshd[{pid}]: Received disconnect from {ip} port {port}:11: disconnected by user",
    ),
    (
        20,
        "{syslog} sshd[{pid}]: pam_unix(sshd:session): session opened for user {user} by (uid={num})",
    ),
    (
        20,
        "{syslog} sshd[{pid}]: pam_unix(sshd:session): session closed for user {user}",
    ),
    (
        8,
        "{syslog} sshd[{pid}]: error: maximum authentication attempts exceeded for {user} from {ip} port {port} ssh2 [preauth]",
    ),
    (
        15,
        "{syslog} sudo:   {user} : TTY=pts/{num} ; PWD={file} ; USER=root ; COMMAND={file}",
    ),
    (40, "{syslog} CRON[{pid}]: ({user}) CMD ({file})"),
    (20, "{syslog} systemd[1]: Started {service}."),
    (20, "{syslog} systemd[1]: Stopped {service}."),
    (10, "{syslog} systemd[1]: Starting {service}..."),
    (
        4,
        "{syslog} systemd[1]: {service}.service: Main process exited, code=exited, status={num}/FAILURE",
    ),
    (
        4,
        "{syslog} systemd[1]: {service}.service: Failed with result 'exit-code'.",
    ),
    (
        12,
        "{syslog} kernel: [{float}] IN={iface} OUT= MAC={mac} SRC={ip} DST={ip} LEN={num} TOS=0x00 PREC=0x00 TTL={num} ID={num} PROTO=TCP SPT={port} DPT={port} WINDOW={num} RES=0x00 SYN URGP=0",
    ),
    (
        3,
        "{syslog} kernel: [{float}] Out of memory: Killed process {pid} ({service}) total-vm:{num}kB, anon-rss:{num}kB, file-rss:{num}kB",
    ),
    (
        5,
        "{syslog} kernel: [{float}] EXT4-fs ({device}): mounted filesystem with ordered data mode",
    ),
    (5, "{syslog} kernel: [{float}] {iface}: link becomes ready"),
    (
        15,
        "{syslog} postfix/smtp[{pid}]: {queue}: to=<{email}>, relay={domain}[{ip}]:25, delay={float}, delays={float}/{float}/{float}/{float}, dsn=2.0.0, status=sent",
    ),
    (8, "{syslog} postfix/qmgr[{pid}]: {queue}: removed"),
    (
        8,
        "{syslog} dhclient[{pid}]: DHCPREQUEST on {iface} to {ip} port 67",
    ),
    (
        8,
        "{syslog} dhclient[{pid}]: bound to {ip} -- renewal in {num} seconds.",
    ),
    (6, "{syslog} ntpd[{pid}]: adjusting local clock by {float}s"),
    // Spring-like services.
    (
        60,
        "{java} INFO {pid} --- [nio-8080-exec-{num}] c.e.orders.OrderController : Received order {uuid} from customer {num}",
    ),
    (
        50,
        "{java} INFO {pid} --- [nio-8080-exec-{num}] c.e.orders.OrderService : Order {uuid} placed in {ms}",
    ),
    (
        15,
        "{java} WARN {pid} --- [nio-8080-exec-{num}] c.e.orders.PaymentClient : Payment provider answered slowly: {ms}",
    ),
    (
        8,
        "{java} ERROR {pid} --- [nio-8080-exec-{num}] c.e.orders.PaymentClient : Payment of order {uuid} failed",
    ),
    (
        20,
        "{java} DEBUG {pid} --- [nio-8080-exec-{num}] o.s.web.servlet.DispatcherServlet : {method} \"{path}\", parameters={{}}",
    ),
    (
        20,
        "{java} DEBUG {pid} --- [nio-8080-exec-{num}] o.s.web.servlet.DispatcherServlet : Completed {num} OK",
    ),
    (
        10,
        "{java} INFO {pid} --- [scheduling-1] c.e.jobs.CleanupJob : Removed {num} expired sessions",
    ),
    (
        10,
        "{java} INFO {pid} --- [scheduling-1] c.e.jobs.ReportJob : Report for {word} written to {file}",
    ),
    (
        10,
        "{java} INFO {pid} --- [ntainer#0-0-C-1] o.a.k.c.c.ConsumerCoordinator : [Consumer clientId={service}, groupId={service}] Revoke previously assigned partitions {word}-{num}",
    ),
    (
        6,
        "{java} WARN {pid} --- [pool-{num}] com.zaxxer.hikari.pool.HikariPool : HikariPool-1 - Thread starvation or clock leap detected (housekeeper delta={duration})",
    ),
    (
        10,
        "{java} INFO {pid} --- [main] c.e.Application : Started Application in {float} seconds (JVM running for {float})",
    ),
    // Stack traces, one line an event.
    (120, "\tat {class}.{call}({source}:{num})"),
    (
        10,
        "java.lang.IllegalStateException: session {uuid} is closed",
    ),
    (
        10,
        "java.lang.NullPointerException: Cannot invoke \"{class}.{call}()\" because \"{call}\" is null",
    ),
    (
        8,
        "Caused by: java.net.ConnectException: Connection refused (Connection refused)",
    ),
    (
        8,
        "Caused by: java.sql.SQLTimeoutException: statement timed out after {num} ms",
    ),
    (12, "\t... {num} more"),
    (10, "Traceback (most recent call last):"),
    (25, "  File \"{file}\", line {num}, in {call}"),
    (
        8,
        "ValueError: invalid literal for int() with base 10: '{word}'",
    ),
    (8, "KeyError: '{word}'"),
    // Web servers.
    (
        190,
        "{ip} - {client} [{clf}] \"{method} {path} {protocol}\" {status} {num} \"{referer}\" \"{agent}\"",
    ),
    (
        60,
        "http {iso} app/{service}/{hex16} {ip}:{port} {ip}:{port} {float} {float} {float} {status} {status} {num} {num} \"{method} {url} HTTP/1.1\" \"{agent}\" - - arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{service}/{hex16} \"Root=1-{hex8}-{hex24}\"",
    ),
    (
        8,
        "{slash} [error] {pid}#{num}: *{num} connect() failed (111: Connection refused) while connecting to upstream, client: {ip}, server: {domain}, request: \"{method} {path} HTTP/1.1\", upstream: \"{url}\", host: \"{domain}\"",
    ),
    (
        5,
        "{slash} [warn] {pid}#{num}: *{num} a client request body is buffered to a temporary file {file}, client: {ip}, server: {domain}",
    ),
    (5, "{slash} [notice] {pid}#{num}: signal process started"),
    (
        25,
        "{syslog} haproxy[{pid}]: {ip}:{port} [{clf}] {word}~ {service}/{host} {num}/{num}/{num}/{num}/{num} {status} {num} - - ---- {num}/{num}/{num}/{num}/0 0/0 \"{method} {path} HTTP/1.1\"",
    ),
    // Kubernetes.
    (
        30,
        "{klogi} {pid} kubelet.go:2192] \"SyncLoop (probe): container\" pod=\"{namespace}/{pod}\" probe=\"readiness\" status=\"ready\"",
    ),
    (
        12,
        "{klogw} {pid} reflector.go:324] k8s.io/client-go/informers/factory.go:134: failed to list *v1.Node: Get \"{url}\": dial tcp {ip}:{port}: connect: connection refused",
    ),
    (
        12,
        "{kloge} {pid} pod_workers.go:951] \"Error syncing pod, skipping\" err=\"failed to start container {service}\" pod=\"{namespace}/{pod}\" podUID={uuid}",
    ),
    (
        20,
        "{klogi} {pid} scale.go:88] \"Scaled up replica set\" replicaSet=\"{namespace}/{service}-{hex10}\" replicas={num}",
    ),
    (
        25,
        "{iso} Normal Pulling pod/{pod} Pulling image \"{domain}/{service}:{version}\"",
    ),
    (
        25,
        "{iso} Normal Pulled pod/{pod} Successfully pulled image \"{domain}/{service}:{version}\" in {duration}",
    ),
    (
        25,
        "{iso} Normal Created pod/{pod} Created container {service}",
    ),
    (
        25,
        "{iso} Normal Started pod/{pod} Started container {service}",
    ),
    (
        15,
        "{iso} Normal Scheduled pod/{pod} Successfully assigned {namespace}/{pod} to {host}",
    ),
    (
        15,
        "{iso} Normal Killing pod/{pod} Stopping container {service}",
    ),
    (
        10,
        "{iso} Warning BackOff pod/{pod} Back-off restarting failed container",
    ),
    (
        10,
        "{iso} Warning Unhealthy pod/{pod} Liveness probe failed: HTTP probe failed with statuscode: {status}",
    ),
    (
        6,
        "{iso} Warning FailedMount pod/{pod} MountVolume.SetUp failed for volume \"{word}\" : secret \"{word}\" not found",
    ),
    // JSON, one object a line.
    (
        60,
        "{{\"timestamp\":\"{iso}\",\"level\":\"INFO\",\"logger\":\"checkout\",\"message\":\"request completed\",\"requestId\":\"{uuid}\",\"path\":\"{path}\",\"status\":{status},\"durationMs\":{float}}}",
    ),
    (
        30,
        "{{\"timestamp\":\"{iso}\",\"level\":\"INFO\",\"logger\":\"checkout\",\"message\":\"cart updated\",\"requestId\":\"{uuid}\",\"user\":\"{user}\",\"items\":{num}}}",
    ),
    (
        12,
        "{{\"timestamp\":\"{iso}\",\"level\":\"ERROR\",\"logger\":\"checkout\",\"message\":\"inventory service unavailable\",\"requestId\":\"{uuid}\",\"attempt\":{num},\"retry\":{bool}}}",
    ),
    (
        20,
        "{{\"timestamp\":\"{iso}\",\"level\":\"WARN\",\"logger\":\"catalog\",\"message\":\"cache miss\",\"key\":\"{word}:{num}\",\"ttl\":{num}}}",
    ),
    (
        20,
        "{{\"timestamp\":\"{iso}\",\"level\":\"DEBUG\",\"logger\":\"catalog\",\"message\":\"cache hit\",\"key\":\"{word}:{num}\",\"ttl\":{num}}}",
    ),
    (
        15,
        "{{\"time\":{epochms},\"severity\":\"info\",\"msg\":\"job {word} finished\",\"worker\":{num},\"took\":\"{duration}\"}}",
    ),
    (
        15,
        "{{\"eventVersion\":\"1.08\",\"eventTime\":\"{iso}\",\"eventSource\":\"{word}.amazonaws.com\",\"eventName\":\"{call}\",\"awsRegion\":\"{region}\",\"sourceIPAddress\":\"{ip}\",\"requestID\":\"{uuid}\"}}",
    ),
    // key=value.
    (
        40,
        "time={iso} level=info msg=\"served request\" method={method} path={path} status={status} duration={duration} remote={ip}:{port}",
    ),
    (
        20,
        "time={iso} level=info msg=\"session started\" user={user} region={region}",
    ),
    (
        12,
        "time={iso} level=warn msg=\"slow query\" db={word} table={word} duration={duration} rows={num}",
    ),
    (
        8,
        "time={iso} level=error msg=\"upstream timed out\" service={service} timeout={duration}",
    ),
    (
        15,
        "ts={epoch} caller=compact.go:519 level=info component=tsdb msg=\"write block\" mint={epochms} maxt={epochms} ulid={ulid} duration={duration}",
    ),
    // Python, Node, Go, Ruby.
    (
        25,
        "{comma} INFO [{service}.worker] Task {service}.tasks.{call}[{uuid}] succeeded in {float}s: None",
    ),
    (
        20,
        "{comma} INFO [{service}.worker] Task {service}.tasks.{call}[{uuid}] received",
    ),
    (
        6,
        "{comma} ERROR [{service}.worker] Task {service}.tasks.{call}[{uuid}] raised unexpected: {class}()",
    ),
    (20, "{iso} - info: user {user} joined room {word}"),
    (20, "{iso} - info: user {user} left room {word}"),
    (
        15,
        "{iso} - info: uploaded {file} ({size}) to bucket {word}",
    ),
    (
        12,
        "{slash} http: TLS handshake error from {ip}:{port}: EOF",
    ),
    (12, "{slash} listening on :{port}"),
    (
        15,
        "I, [{isonano} #{pid}]  INFO -- : Processing by {class}#{call} as JSON",
    ),
    (
        15,
        "I, [{isonano} #{pid}]  INFO -- : Rendered {word}/{word}.html.erb ({ms})",
    ),
    // Databases and queues.
    (
        15,
        "{iso} UTC [{pid}] {user}@{word} LOG:  duration: {float} ms  statement: SELECT * FROM {word} WHERE id = {num}",
    ),
    (
        8,
        "{iso} UTC [{pid}] LOG:  checkpoint complete: wrote {num} buffers ({float}%); {num} WAL file(s) added, {num} removed, {num} recycled",
    ),
    (
        6,
        "{iso} UTC [{pid}] {user}@{word} FATAL:  password authentication failed for user \"{user}\"",
    ),
    (
        6,
        "{iso} UTC [{pid}] {user}@{word} ERROR:  relation \"{word}\" does not exist at character {num}",
    ),
    (
        10,
        "{pid}:M {daymonth} * {num} changes in {num} seconds. Saving...",
    ),
    (
        10,
        "{pid}:M {daymonth} * Background saving started by pid {pid}",
    ),
    (
        10,
        "[{comma}] INFO [GroupCoordinator {num}]: Member {service}-{uuid} in group {word} has left, removing it from the group (kafka.coordinator.group.GroupCoordinator)",
    ),
    (
        10,
        "[{comma}] INFO [Log partition={word}-{num}, dir={file}] Rolled new log segment at offset {num} in {num} ms. (kafka.log.Log)",
    ),
    // Functions.
    (25, "START RequestId: {uuid} Version: $LATEST"),
    (25, "END RequestId: {uuid}"),
    (
        25,
        "REPORT RequestId: {uuid}\tDuration: {float} ms\tBilled Duration: {num} ms\tMemory Size: {num} MB\tMax Memory Used: {num} MB",
    ),
    (
        10,
        "{iso}\t{uuid}\tINFO\tprocessed {num} records from shard {word}",
    ),
    (5, "{iso} {uuid} Task timed out after {float} seconds"),
    // Flow logs: a record with traffic, and one without.
    (
        150,
        "2 {account} {eni} {ip} {ip} {port} {port} {num} {num} {num} {epoch} {epoch} {action} OK",
    ),
    (
        15,
        "2 {account} {eni} - - - - - - - {epoch} {epoch} - NODATA",
    ),
    (
        50,
        "5 {account} {eni} {ip} {ip} {port} {port} {num} {num} {num} {epoch} {epoch} {action} OK {vpc} {subnet} {instance} {num} IPv4 {ip} {ip} {region} {zone} - - - - {direction} {num}",
    ),
    // Texts of which a part is text again.
    (4, "{iso} - error: request failed: {reason}"),
    (4, "{syslog} backup[{pid}]: run aborted, {reason}"),
];
