"""Changes the database of a Samba domain as its owner. One JSON command per line on stdin, one JSON answer on stdout.

The domain controller may run meanwhile: it sees every change when it is committed. Samba's modules are imported at the
first command, so that whoever sends none doesn't wait for them. It ends when stdin closes.
"""

import json
import os
import sys
import time


class Hands:
    def __init__(self, home):
        import ldb
        from samba.auth import system_session
        from samba.param import LoadParm
        from samba.samdb import SamDB

        settings = LoadParm()
        settings.load(home + "/smb.conf")
        self.ldb = ldb
        self.realm = settings.get("realm").lower()

        def connect(options=()):
            return SamDB(
                url=home + "/private/sam.ldb",
                session_info=system_session(),
                lp=settings,
                flags=ldb.FLG_NOSYNC,
                options=list(options),
            )

        self.settings = settings
        self.connect = connect
        self.db = connect()

    def add(self, dn, attributes, password=None):
        message = {"dn": dn, **attributes}
        if password is not None:
            message["unicodePwd"] = self.quoted(password)
        self.db.add(message)

    @staticmethod
    def quoted(password):
        return ('"%s"' % password).encode("utf-16-le")

    def modify(self, dn, changes, controls=()):
        flags = {
            "add": self.ldb.FLAG_MOD_ADD,
            "delete": self.ldb.FLAG_MOD_DELETE,
            "replace": self.ldb.FLAG_MOD_REPLACE,
        }
        message = self.ldb.Message(self.ldb.Dn(self.db, dn))
        for how, name, values in changes:
            message.add(self.ldb.MessageElement(values, flags[how], name))
        self.db.modify(message, controls=list(controls))

    def delete(self, dn):
        self.db.delete(dn, ["tree_delete:1"])

    def rename(self, dn, to):
        self.db.rename(dn, to)

    def get(self, dn, name):
        found = self.db.search(base=dn, scope=self.ldb.SCOPE_BASE, attrs=[name])[0]
        return [str(value) for value in found.get(name, [])]

    def dns(self, name, records):
        from samba.dcerpc import dnsp
        from samba.ndr import ndr_pack

        def packed(record):
            entry = dnsp.DnssrvRpcRecord()
            entry.rank = dnsp.DNS_RANK_ZONE
            entry.dwTtlSeconds = 60
            if "address" in record:
                entry.wType = dnsp.DNS_TYPE_A
                entry.data = record["address"]
            else:
                service = dnsp.srv()
                service.nameTarget = record["host"]
                service.wPriority, service.wWeight = record["priority"], record["weight"]
                service.wPort = 389
                entry.wType = dnsp.DNS_TYPE_SRV
                entry.data = service
            return ndr_pack(entry)

        base = ",".join("DC=" + part for part in self.realm.split("."))
        dn = "DC=%s,DC=%s,CN=MicrosoftDNS,DC=DomainDnsZones,%s" % (name, self.realm, base)
        try:
            self.db.delete(dn)
        except self.ldb.LdbError:
            pass
        node = {"dn": dn, "objectClass": "dnsNode"}
        self.db.add({**node, "dnsRecord": [packed(record) for record in records]})

    def invocation(self):
        return str(self.db.get_invocation_id())

    def begin_a_new_life(self):
        """What is done after a domain controller was restored from a copy, so that others don't take its new numbers of
        writes for those that they have seen."""
        import uuid

        from samba.dcerpc import misc
        from samba.ndr import ndr_pack

        packed = ndr_pack(misc.GUID(str(uuid.uuid4())))
        self.modify(str(self.db.get_dsServiceName()), [["replace", "invocationId", [packed]]])

    def replicate(self, address, invocation, password):
        """Takes over all that another domain controller of the domain knows."""
        from samba.credentials import DONT_USE_KERBEROS, Credentials
        from samba.dcerpc import misc
        from samba.drs_utils import drs_Replicate

        admin = Credentials()
        admin.guess(self.settings)
        admin.set_kerberos_state(DONT_USE_KERBEROS)
        admin.set_domain(self.settings.get("workgroup"))
        admin.set_username("Administrator")
        admin.set_password(password)
        own = misc.GUID(self.invocation())
        binding = "ncacn_ip_tcp:%s[seal]" % address
        other = drs_Replicate(binding, self.settings, admin, self.db, own)
        base = str(self.db.get_default_basedn())
        other.replicate(base, misc.GUID(invocation), misc.GUID(self.db.get_ntds_GUID()))

    def set_flag(self, dn, bit, on):
        before = int(self.get(dn, "userAccountControl")[0])
        after = before | bit if on else before & ~bit
        self.modify(dn, [["replace", "userAccountControl", [str(after)]]])

    def set_password(self, dn, password):
        self.modify(dn, [["replace", "unicodePwd", [self.quoted(password)]]])

    def lock_out(self, dn):
        now = str(int((time.time() + 11644473600) * 10**7))
        self.modify(dn, [["replace", "lockoutTime", [now]], ["replace", "badPwdCount", ["10"]]])

    def grant(self, dn, account, entries):
        from samba.dcerpc import security
        from samba.ndr import ndr_unpack
        from samba.sd_utils import SDUtils

        found = self.db.search(base=account, scope=self.ldb.SCOPE_BASE, attrs=["objectSid"])[0]
        sid = str(ndr_unpack(security.dom_sid, found["objectSid"][0]))
        for entry in entries:
            SDUtils(self.db).dacl_add_ace(dn, entry.replace("TRUSTEE", sid))

    def seed(self, under, groups, count, password):
        """Adds many users with ready NT hashes, which skips the dear part: making a dozen keys for each."""
        from samba.credentials import Credentials

        credentials = Credentials()
        credentials.set_password(password)
        nt_hash = bytes(credentials.get_nt_hash())
        now = str(int((time.time() + 11644473600) * 10**7))
        departments = ["Sales", "Finance", "Engineering", "Support"]
        given = ["Anna", "Émile", "Grażyna", "Håkon", "Jürgen", "Li", "Søren"]
        surnames = ["Adams", "Björk", "D'Angelo", "García", "Löwe", "O'Brien", "Smith Jones", "Weiß"]

        def dn(n):
            names = given[n % len(given)], surnames[n // len(given) % len(surnames)]
            return "CN=%s %s %05d,OU=%s,%s" % (*names, n, departments[n % len(departments)], under)

        db = self.connect(["batch_mode:1", "transaction_index_cache_size:200000"])
        db.transaction_start()
        for department in departments:
            db.add({"dn": "OU=%s,%s" % (department, under), "objectClass": "organizationalUnit"})
        for n in range(count):
            name = "seed%05d" % n
            user = {
                "objectClass": "user",
                "sAMAccountName": name,
                "userPrincipalName": "%s@%s" % (name, self.realm),
                "givenName": given[n % len(given)],
                "sn": surnames[n // len(given) % len(surnames)],
                "displayName": "%s %s" % (given[n % len(given)], surnames[n // len(given) % len(surnames)]),
                "department": departments[n % len(departments)],
                "employeeID": "E%05d" % n,
                "userAccountControl": "514" if n % 64 == 63 else "512",
                "unicodePwd": nt_hash,
                "pwdLastSet": now,
            }
            if n % 50 != 49:
                user["mail"] = "%s@%s" % (name, self.realm)
            if n % 40 != 39:
                user["mobile"] = "+49 151 %08d" % n
            if n:
                user["manager"] = dn(n // 10)
            db.add({"dn": dn(n), **user}, controls=["local_oid:1.3.6.1.4.1.7165.4.3.12:1"])

        def add_group(dn, members):
            group = {"dn": dn, "objectClass": "group", "sAMAccountName": dn[3:].split(",")[0]}
            db.add({**group, "member": members} if members else group)

        everybody = [dn(n) for n in range(count)]
        nested = []
        for at, department in enumerate(departments):
            nested.append("CN=Seed %s,%s" % (department, groups))
            add_group(nested[-1], everybody[at :: len(departments)])
        add_group("CN=Seed Everybody,%s" % groups, everybody)
        add_group("CN=Seed Nested,%s" % groups, nested)
        db.transaction_commit()


def main():
    hands = None
    for line in sys.stdin:
        command = json.loads(line)
        number, name, words = command["number"], command["name"], command["words"]
        if name == "open_again":
            # The files were exchanged, and Samba's modules keep what they have opened: the whole process begins anew.
            print(json.dumps({"answer": number, "value": None}), flush=True)
            os.execv(sys.executable, sys.orig_argv)
        try:
            hands = hands or Hands(sys.argv[1])
            answer = {"answer": number, "value": getattr(hands, name)(**words)}
        except Exception as error:  # whatever went wrong: the test that asked for it is to say so
            answer = {"answer": number, "error": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps(answer), flush=True)


main()
