/**
 * A keyword list of the size and kind that a full detector set brings: vendors' fixed starts, which have
 * a case, and the words that announce a credential, which have none (folded). For measuring kernels
 * without the detectors; public prefixes only.
 */
const EXACT = `
AKIA ASIA ABIA ACCA ABSK da2- amzn.mws. AccountKey= SharedAccessKey= SharedAccessSignature JQQJ99 +ASt 8Q~ 7Q~
xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xapp- hooks.slack.com/ ghp_ gho_ ghu_ ghs_ ghr_ github_pat_
sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ whsec_ npm_ _authToken= _auth= SG. glpat- glrt- glcbt- gldt- glptt-
glft- glimt- glagent- gloas- glsoat- GR1348941 AIza ya29. 1//0 GOCSPX- T3BlbkFJ sk-proj- sk-svcacct- sk-admin-
EAAA sq0atp- sq0csp- shpat_ shpca_ shppa_ shpss_ AKCp cmVmd hvs. hvb. hvr. glsa_ glc_ eyJrIjoi /api/webhooks/
sk-ant- sl.B oy2 dapi hf_ api_org_ PMAK- pypi-AgE key- pubkey- ATATT3 ATCTT3 NRAK- NRII- NRJS- NRRA- NRAL v1.0-
cfut_ cfat_ cfk_ dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit. ATBB BBDC- LTAI dop_v1_ doo_v1_ dor_v1_ HRKU-
ntn_ secret_ dt0c01. dt0s01. lin_api_ lin_oauth_ rubygems_ dckr_pat_ dckr_oat_ SWMTKN-1- eyJ figd_ gsk_ mdb_sa_sk_
xkeysib- xsmtpsib- ops_eyJ A3- pscale_tkn_ pscale_pw_ pscale_oauth_ .atlasv1. 3MVG9 00D vcp_ vci_ vca_ vcr_ vck_
sqp_ squ_ sqa_ webhook.office.com/ pk.eyJ sk.eyJ tk.eyJ AAAAAAAAAAAAAAAAAAAAAA sgp_ slk_ aio_ pplx- clojars_
CLOJARS_ dnkey- phx_ phs_ pha_ phc_ sntrys_ sntryu_ nfp_ shippo_live_ shippo_test_ sbp_ sb_secret_ pat-na1- pat-eu1-
live_ test_ FLWSECK_TEST- FLWPUBK_TEST- FLWPUBK FLWSECK API- tfp_ xai- duffel_live_ duffel_test_ AGE-SECRET-KEY-1
CFPAT- t1. AQVN p8e- pnu_ rdme_ fio-u- pul- tskey- bkua_ CCIPAT_ r8_ tvly- apify_api_ na1. eu1. sk_sbox_ lsv2_pt_
lsv2_sk_ access-production- access-sandbox- sk-or-v1- ramp_id_ ramp_sec_ rootly_ cflt cio wandb_v1_ sha256~ EZAK
EZTK scauth_ LS0tLS1CRUdJTi -----BEGIN dG9rZW4 PRIVATE :// Basic nats:// SUA SAA SOA MII
`;
const FOLDED = `
password passwd pwd= pwd: pwd" passphrase secret token api_key apikey api-key authorization bearer cookie credential
private_key privatekey private-key access_key accesskey access-key client_secret auth= auth: auth" _auth key= key":
sig= signature= x-amz-signature x-amz-security-token x-goog-signature session_id sessionid session-id jwt= csrf
x-api-key x-auth- x-vault-token client-key-data account_key connectionstring connection_string sshpass encryption_key
signing_key webhook_url otp= pin= --password --token db_pass mysql_pwd pgpassword aws_secret datadog fastly algolia
okta_ twilio snowflake mailchimp pagerduty sumologic heroku pinecone segment cohere plaid coinbase kucoin rapidapi
sendbird squarespace travis telnyx plivo onesignal mandrill aiven intercom maxmind messagebird meraki linkedin ibm_
openweather tableau finicity akamai flickr beamer asana_ mssql lark_ twitch_ dd_api_key splunk_hec docker_auth
`;

export interface BenchKeyword {
  readonly bytes: Uint8Array;
  readonly fold: boolean;
}

/** About 280 keywords, each of 3 bytes or more. */
export function benchKeywords(): BenchKeyword[] {
  const parse = (list: string, fold: boolean): BenchKeyword[] =>
    [...new Set(list.trim().split(/\s+/))].map((word) => ({ bytes: Buffer.from(word, 'latin1'), fold }));
  return [...parse(EXACT, false), ...parse(FOLDED, true)];
}
